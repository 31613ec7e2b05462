namespace Pipeline.Tracking.Tests.Sqlite;

/// <summary>schema.txt was read from a database that MLflow 2.9.2 itself had made.</summary>
public sealed class SqliteSchemaTests : IDisposable
{
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_database_has_what_MLflow_s_own_has()
    {
        await using (await _folder.OpenAsync())
        {
        }

        using var connection = _folder.Connect();
        SchemaFacts.Of(connection).Should().Equal(await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Sqlite", "schema.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_new_database_has_the_default_experiment()
    {
        await using (var store = await _folder.OpenAsync())
        {
            (await store.EnsureExperimentAsync("Default", TestContext.Current.CancellationToken)).Should().Be("0");
            (await store.EnsureExperimentAsync("fraud", TestContext.Current.CancellationToken)).Should().Be("1");
        }

        _folder.Rows("SELECT experiment_id, name, artifact_location, lifecycle_stage FROM experiments ORDER BY experiment_id").Should().Equal("0|Default|mlruns/0|active", "1|fraud|mlruns/1|active");
    }
}
