using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>
/// Files of rows as the current side. Rows are taken for feature columns if every feature is a column of every file, else for raw rows, which model.yaml's query is run over. They are counted by the
/// classes that the service counts by, so that the same rows give the same counts from a file as from its metrics. Of the service's prediction log only rows of the package in question count.
/// </summary>
/// <param name="model">What the rows are compared with.</param>
/// <param name="rows">Where they are.</param>
/// <param name="store">For what does not fit into memory.</param>
public sealed class FileDriftSource(ComparedModel model, FileRows rows, RunStore store) : IDriftSource
{
    // The prediction log's open files; they get their name when they are complete.
    private const string UnfinishedExtension = ".tmp";

    public string Description => $"rows of {string.Join(", ", rows.Patterns)}";

    public Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken) => Task.Run(() => Read(plan, cancellationToken), cancellationToken);

    private IReadOnlyList<SourceWindow> Read(WindowPlan plan, CancellationToken cancellationToken)
    {
        var unfinished = 0;
        var files = DataFiles.Find(rows.Directory, rows.Patterns, _ => "the rows'", path =>
        {
            var isUnfinished = path.EndsWith(UnfinishedExtension, StringComparison.Ordinal);
            unfinished += isUnfinished ? 1 : 0;
            return isUnfinished;
        });
        var before = files.Select(Stamp).ToList();
        using var scratch = store.CreateScratch();
        using var database = new DuckDatabase(Path.Combine(scratch.Path, "duckdb"));
        var notes = new List<string>();
        if (unfinished > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{unfinished} files that are still being written ({UnfinishedExtension}) are not read."));
        }

        IReadOnlyList<SourceWindow> windows;
        try
        {
            windows = Read(database, files, scratch.Path, plan, notes, cancellationToken);
        }
        catch (PipelineException e) when (Changed().FirstOrDefault() is { } file)
        {
            throw new PipelineException(ExitCode.ToolError, $"{file.Name} changed while it was read, and cannot be read as it is. Check it again when it is complete. {e.Message}", e);
        }

        foreach (var file in Changed())
        {
            notes.Add($"{file.Name} changed while it was read, so that its last rows may be missing or cut off. Check it again when it is complete.");
        }

        return [.. windows.SkipLast(1), windows[^1] with { Notes = [.. windows[^1].Notes, .. notes] }];

        IEnumerable<DataFile> Changed() => files.Zip(before).Where(pair => Stamp(pair.First) != pair.Second).Select(pair => pair.First);
    }

    private IReadOnlyList<SourceWindow> Read(DuckDatabase database, IReadOnlyList<DataFile> files, string scratch, WindowPlan plan, List<string> notes, CancellationToken cancellationToken)
    {
        try
        {
            var columns = new RowColumnsFinder(database, model, rows, files, scratch).Find(notes, cancellationToken);
            return new RowWindows(database, model, columns, plan).Read(cancellationToken);
        }
        catch (DatabaseException e)
        {
            SourceTable.CheckParquet(database, files, cancellationToken);
            throw new PipelineException(ExitCode.ToolError, $"The rows of {string.Join(", ", files.Select(file => file.Name))} cannot be counted: {e.Message.Split("\n\n", 2)[0]}", e);
        }
    }

    private static (long Length, DateTime Written) Stamp(DataFile file)
    {
        var info = new FileInfo(file.Path);
        return info.Exists ? (info.Length, info.LastWriteTimeUtc) : default;
    }
}
