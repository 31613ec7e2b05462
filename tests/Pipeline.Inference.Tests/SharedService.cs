namespace Pipeline.Inference.Tests;

/// <summary>One running service for all tests of a class.</summary>
public sealed class SharedService : IAsyncLifetime
{
    public RunningService Running { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Running = await RunningService.StartAsync();

    public ValueTask DisposeAsync() => Running.DisposeAsync();
}
