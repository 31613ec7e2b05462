namespace Pipeline.Inference.ModelLoading;

/// <summary>Holds the model that is served; empty until it has been loaded and warmed up. Thread-safe.</summary>
public sealed class ModelSlot : IDisposable
{
    private volatile LoadedModel? _current;

    public LoadedModel? Current => _current;

    public void Serve(LoadedModel model) => _current = model;

    /// <summary>Frees the model; the server has ended all requests by then.</summary>
    public void Dispose() => _current?.Dispose();
}
