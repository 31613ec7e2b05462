namespace Pipeline.Drift;

/// <summary>
/// Bins between the deciles of a column: right-closed, <c>(-∞,e1], (e1,e2], …, (ek,+∞)</c>, as Prometheus' <c>le</c> buckets are, so that counters and files of rows give the
/// same counts. Quantile edges do not move with an outlier.
/// </summary>
public sealed class QuantileBins : NumericBins
{
    private readonly double[] _edges;

    /// <param name="edges">The inner edges: finite, each greater than the one before.</param>
    public QuantileBins(IReadOnlyList<double> edges)
        : base(Array.ConvertAll(edges.ToArray(), RoundDown), isDiscrete: false)
    {
        _edges = [.. edges];
    }

    /// <summary>The inner edges. A number that equals one lies in the bin below it.</summary>
    public IReadOnlyList<double> Edges => _edges;

    public override int BelowRange => 0;

    /// <summary>Bins whose inner edges are the quantiles .1 to .9 of the values, equal ones collapsed.</summary>
    /// <param name="values">What is not finite is passed over; if nothing is left there is one bin.</param>
    public static QuantileBins Of(ReadOnlySpan<double> values)
    {
        var finite = Array.FindAll(values.ToArray(), double.IsFinite);
        Array.Sort(finite);
        return OfSorted(finite);
    }

    /// <summary>The number's bin, <see cref="FeatureBins.None"/> for NaN and the infinities. For a float it is that of <see cref="NumericBins.IndexOf(float)"/>, less fast.</summary>
    /// <remarks>Not an overload: on this type it would win over the base's, also for floats.</remarks>
    public int BinOf(double value)
    {
        if (!double.IsFinite(value))
        {
            return None;
        }

        var index = Array.BinarySearch(_edges, value);
        return index < 0 ? ~index : index;
    }

    internal static QuantileBins OfSorted(double[] values) =>
        new(values.Length == 0 ? [] : [.. Enumerable.Range(1, 9).Select(tenths => Quantile.OfSorted(values, tenths / 10d)).Distinct()]);

    // A float is at most the edge if and only if it is at most the greatest float that is: comparisons may stay in floats.
    private static float RoundDown(double edge) => (float)edge is var rounded && rounded > edge ? float.BitDecrement(rounded) : rounded;
}
