using Pipeline.Tracking.Tests.Contract;

namespace Pipeline.Tracking.Tests.Sqlite;

public sealed class SqliteRunTrackerTests : RunTrackerContract, IDisposable
{
    private readonly SqliteFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IRunTracker> OpenAsync() => await _folder.OpenAsync();

    protected override Task DeleteExperimentAsync(string experimentId)
    {
        _folder.Execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE experiment_id = @id", ("@id", experimentId));
        _folder.Execute("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = 1 WHERE experiment_id = @id", ("@id", experimentId));
        return Task.CompletedTask;
    }

    protected override Task DeleteRunAsync(string runId)
    {
        _folder.Execute("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = 1 WHERE run_uuid = @id", ("@id", runId));
        return Task.CompletedTask;
    }
}
