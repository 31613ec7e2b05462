namespace Pipeline.Inference.Scoring;

/// <summary>The mean of the latest times, as many as make up between one and two windows: of short ones many, of long ones few. Thread-safe.</summary>
/// <param name="window">How much time a window holds.</param>
internal sealed class RecentAverage(TimeSpan window)
{
    private readonly Lock _lock = new();
    private (TimeSpan Sum, int Count) _before;
    private (TimeSpan Sum, int Count) _current;
    private double _seconds;

    /// <summary>The mean in seconds; 0 if there is nothing yet.</summary>
    public double Seconds => Volatile.Read(ref _seconds);

    public void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _current = (_current.Sum + time, _current.Count + 1);
            Volatile.Write(ref _seconds, (_before.Sum + _current.Sum).TotalSeconds / (_before.Count + _current.Count));
            if (_current.Sum >= window)
            {
                (_before, _current) = (_current, default);
            }
        }
    }
}
