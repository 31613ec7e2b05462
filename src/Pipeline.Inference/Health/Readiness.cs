namespace Pipeline.Inference.Health;

/// <summary>Whether the service takes requests. Thread-safe; moves only forward: loading, ready, draining.</summary>
public sealed class Readiness
{
    private const int Loading = 0;
    private const int Ready = 1;
    private const int Draining = 2;

    private int _state;

    public bool IsReady => Volatile.Read(ref _state) == Ready;

    public bool IsDraining => Volatile.Read(ref _state) == Draining;

    /// <summary>Without effect once the service drains.</summary>
    public void BecomeReady() => Interlocked.CompareExchange(ref _state, Ready, Loading);

    public void Drain() => Volatile.Write(ref _state, Draining);
}
