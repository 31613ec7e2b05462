using Pipeline.Delivery.Data;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

/// <summary>Files of rows in a folder whose name needs quoting, and a store.</summary>
internal sealed class RowFolder : IDisposable
{
    private readonly StageFixture _fixture = new();

    /// <summary>All rows as one window: a day that ends after the last.</summary>
    public static WindowPlan OneDay { get; } = new(TimeSpan.FromDays(1), 1, End: null);

    public string Path => _fixture.Root;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    public void Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Writes the result of a query as Parquet.</summary>
    public void WriteParquet(string name, string query)
    {
        using var database = new DuckDatabase(string.Empty);
        database.Execute($"COPY ({query}) TO {DuckDatabase.Literal(System.IO.Path.Combine(Path, name))} (FORMAT parquet)", Token);
    }

    /// <summary>Writes rows in the format that the name tells.</summary>
    public string Write(string name, IReadOnlyList<MixedRow> rows)
    {
        switch (System.IO.Path.GetExtension(name))
        {
            case ".csv":
                Write(name, string.Join('\n', rows.Select(row => row.Csv).Prepend(MixedRow.Header)));
                break;
            case ".jsonl":
                Write(name, string.Join('\n', rows.Select(row => row.Json)));
                break;
            default:
                WriteParquet(name, $"SELECT * FROM (VALUES {string.Join(", ", rows.Select(row => row.Sql))}) t({MixedRow.Header})");
                break;
        }

        return name;
    }

    public FileRows Rows(params string[] patterns) => new(Path, patterns) { Answer = "score" };

    public Task<IReadOnlyList<SourceWindow>> ReadAsync(FileRows rows, ComparedModel? model = null, WindowPlan? plan = null, CancellationToken? cancellationToken = null) =>
        new FileDriftSource(model ?? MixedModel.Compared(Path), rows, new RunStore(_fixture.Artifacts, TimeProvider.System)).ReadAsync(plan ?? OneDay, cancellationToken ?? Token);

    public async Task<SourceWindow> ReadOneAsync(FileRows rows, ComparedModel? model = null, WindowPlan? plan = null) => (await ReadAsync(rows, model, plan)).Should().ContainSingle().Subject;
}
