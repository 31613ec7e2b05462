using System.Net.Http.Json;
using Pipeline.Tracking.MlflowRest;

namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>The server that the contracts are held against: the stand-in, or a real one at <c>PIPELINE_MLFLOW_URI</c>.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private const string RealVariable = "PIPELINE_MLFLOW_URI";

    private readonly RecordedMlflowServer? _recorded;

    private TestServer(RecordedMlflowServer? recorded) => _recorded = recorded;

    private Uri Address => _recorded?.Address ?? new Uri(Environment.GetEnvironmentVariable(RealVariable)!);

#pragma warning disable CA2000 // Passed on to what is returned.
    public static async Task<TestServer> StartAsync() =>
        new(string.IsNullOrEmpty(Environment.GetEnvironmentVariable(RealVariable)) ? await RecordedMlflowServer.StartAsync() : null);
#pragma warning restore CA2000

    public MlflowRestStore Open() =>
        new(MlflowRestSettings.FromEnvironment(Address, _ => null, Path.GetTempPath()) with { Retries = new MlflowRetrySettings { MaximumRetries = 2, Backoff = TimeSpan.FromMilliseconds(100), Jitter = TimeSpan.FromMilliseconds(100) } }, TimeProvider.System, 1);

    /// <summary>A call that the store does not make.</summary>
    public async Task CallAsync(HttpMethod method, string endpoint, object body, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(method, new Uri($"{Address.AbsoluteUri.TrimEnd('/')}/api/2.0/mlflow/{endpoint}")) { Content = JsonContent.Create(body) };
        await message.Content.LoadIntoBufferAsync(cancellationToken);
        using var response = await client.SendAsync(message, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        if (_recorded is not null)
        {
            await _recorded.DisposeAsync();
        }
    }
}
