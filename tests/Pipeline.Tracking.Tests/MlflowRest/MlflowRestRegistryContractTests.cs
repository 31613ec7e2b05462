using System.Globalization;
using Pipeline.Tracking.Tests.Contract;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestRegistryContractTests : ModelRegistryContract, IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected override Task<(IRunTracker Runs, IModelRegistry Registry)> OpenAsync()
    {
        var store = _server.Open();
        return Task.FromResult<(IRunTracker, IModelRegistry)>((store, store));
    }

    protected override Task DeleteVersionAsync(string model, int version) =>
        _server.CallAsync(HttpMethod.Delete, "model-versions/delete", new { name = model, version = version.ToString(CultureInfo.InvariantCulture) }, Stop);
}
