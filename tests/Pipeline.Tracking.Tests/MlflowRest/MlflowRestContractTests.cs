using Pipeline.Tracking.Tests.Contract;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestContractTests : RunTrackerContract, IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override Task<IRunTracker> OpenAsync() => Task.FromResult<IRunTracker>(_server.Open());

    protected override Task DeleteExperimentAsync(string experimentId) => _server.CallAsync(HttpMethod.Post, "experiments/delete", new { experiment_id = experimentId }, Stop);

    protected override Task DeleteRunAsync(string runId) => _server.CallAsync(HttpMethod.Post, "runs/delete", new { run_id = runId }, Stop);
}
