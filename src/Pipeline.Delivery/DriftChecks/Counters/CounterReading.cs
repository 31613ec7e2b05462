namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>What all counters of one process and one version stood at in one scrape: a value per cell of a <see cref="CounterLayout"/>.</summary>
public sealed class CounterReading
{
    /// <summary>The value of a cell whose series was not there.</summary>
    public const long Absent = -1;

    private readonly long[] _values;

    /// <param name="cellCount">All absent at first.</param>
    public CounterReading(int cellCount)
    {
        _values = new long[cellCount];
        Array.Fill(_values, Absent);
    }

    /// <param name="values">Taken over, not copied.</param>
    internal CounterReading(long[] values) => _values = values;

    public int Count => _values.Length;

    public long this[int cell]
    {
        get => _values[cell];
        set => _values[cell] = value;
    }

    public ReadOnlySpan<long> Values => _values;
}
