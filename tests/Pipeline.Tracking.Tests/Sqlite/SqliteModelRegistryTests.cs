using Pipeline.Tracking.Tests.Contract;

namespace Pipeline.Tracking.Tests.Sqlite;

public sealed class SqliteModelRegistryTests : ModelRegistryContract, IDisposable
{
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<(IRunTracker Runs, IModelRegistry Registry)> OpenAsync()
    {
        var store = await _folder.OpenAsync();
        return (store, store);
    }

    protected override Task DeleteVersionAsync(string model, int version)
    {
        _folder.Execute("DELETE FROM registered_model_aliases WHERE name = @model AND version = @version", ("@model", model), ("@version", version));
        _folder.Execute(
            "UPDATE model_versions SET current_stage = 'Deleted_Internal', description = NULL, user_id = NULL, source = 'REDACTED-SOURCE-PATH', run_id = 'REDACTED-RUN-ID' WHERE name = @model AND version = @version",
            ("@model", model), ("@version", version));
        return Task.CompletedTask;
    }
}
