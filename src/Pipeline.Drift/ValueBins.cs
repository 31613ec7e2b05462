namespace Pipeline.Drift;

/// <summary>One bin for each value that training saw, in ascending order, and a last one for all other numbers.</summary>
public sealed class ValueBins : NumericBins
{
    /// <param name="values">Finite, each greater than the one before.</param>
    public ValueBins(IReadOnlyList<float> values)
        : base(values.ToArray(), isDiscrete: true)
    {
        Values = [.. values];
    }

    /// <summary>The values. Bin i holds the numbers that equal value i.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>As any number that training did not see: the last bin.</summary>
    public override int BelowRange => Count - 1;
}
