namespace Pipeline.Metrics.Intervals;

/// <summary>Wilson's score interval of a rate (JASA 22, 1927): right for few rows and for rates near 0 and 1, where the textbook's is not.</summary>
public static class Wilson
{
    public const string Method = "wilson";

    /// <param name="part">Rows that count: 0 to <paramref name="whole"/>.</param>
    /// <param name="whole">All rows; at least 1.</param>
    public static ConfidenceInterval Interval(long part, long whole)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(whole, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, whole);
        const double Square = ConfidenceInterval.Z * ConfidenceInterval.Z;
        var rate = (double)part / whole;
        var centre = (rate + (Square / (2 * whole))) / (1 + (Square / whole));
        var half = ConfidenceInterval.Z / (1 + (Square / whole)) * Math.Sqrt((rate * (1 - rate) / whole) + (Square / (4.0 * whole * whole)));
        return new ConfidenceInterval(part == 0 ? 0 : Math.Max(0, centre - half), part == whole ? 1 : Math.Min(1, centre + half), Method);
    }
}
