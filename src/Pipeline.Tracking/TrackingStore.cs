namespace Pipeline.Tracking;

/// <summary>A place for runs and models: both sides of the embedded store, or of a server.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Models">The registered models.</param>
public sealed record TrackingStore(IRunTracker Runs, IModelRegistry Models) : IAsyncDisposable
{
    public string Address => Runs.Address;

    public ValueTask DisposeAsync() => Runs.DisposeAsync();
}
