namespace Pipeline.Tracking.Tests.MlflowRest;

internal sealed class RecordedMlflowServer : IAsyncDisposable
{
    public Uri Address { get; } = new("http://127.0.0.1:1");

    public static Task<RecordedMlflowServer> StartAsync() => Task.FromResult(new RecordedMlflowServer());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
