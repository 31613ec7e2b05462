namespace Pipeline.Drift;

/// <summary>Quantiles by linear interpolation between order statistics: type 7 of Hyndman and Fan, numpy's <c>linear</c>.</summary>
internal static class Quantile
{
    /// <param name="values">At least one, finite, in ascending order.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double OfSorted(double[] values, double share)
    {
        var position = (values.Length - 1) * share;
        var lower = (int)position;
        var (from, to) = (values[lower], values[Math.Min(lower + 1, values.Length - 1)]);
        var part = position - lower;

        // From the nearer end, as numpy does: exact at both, and the same last digit.
        return part < 0.5 ? from + ((to - from) * part) : to - ((to - from) * (1 - part));
    }
}
