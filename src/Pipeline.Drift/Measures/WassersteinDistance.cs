namespace Pipeline.Drift.Measures;

/// <summary>
/// Wasserstein's distance of first order (earth mover's): the area between two empirical distribution functions, which is how far a value has to be moved on average, in the values' own unit.
/// Customary bound: 0.1 standard deviations of the reference. One extreme value can make it as large as one likes, so that no verdict is by it. Source: Vallender, Theory Probab. Appl. 18 (1974).
/// </summary>
public static class WassersteinDistance
{
    /// <param name="reference">At least one value, all finite floats, in ascending order.</param>
    /// <param name="current">Likewise.</param>
    public static double Of(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        ArgumentOutOfRangeException.ThrowIfZero(reference.Length);
        ArgumentOutOfRangeException.ThrowIfZero(current.Length);
        var (i, j, area) = (0, 0, 0d);
        var last = Math.Min(reference[0], current[0]);
        while (i < reference.Length || j < current.Length)
        {
            var value = j == current.Length || (i < reference.Length && reference[i] <= current[j]) ? reference[i] : current[j];
            area += Math.Abs(((double)i / reference.Length) - ((double)j / current.Length)) * (value - last);
            last = value;
            while (i < reference.Length && reference[i] <= value)
            {
                i++;
            }

            while (j < current.Length && current[j] <= value)
            {
                j++;
            }
        }

        return area;
    }

    /// <summary>The distance in standard deviations (of the population) of the reference; null if all its values are the same.</summary>
    /// <param name="reference">At least one value, all finite floats, in ascending order.</param>
    /// <param name="current">Likewise.</param>
    public static double? OverSigma(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        var distance = Of(reference, current);
        return reference[0] == reference[^1] ? null : distance / Sigma(reference);
    }

    private static double Sigma(ReadOnlySpan<double> values)
    {
        var (mean, squares) = (0d, 0d);
        for (var i = 0; i < values.Length; i++)
        {
            // Welford's: no digits are lost where the mean is large.
            var difference = values[i] - mean;
            mean += difference / (i + 1);
            squares += difference * (values[i] - mean);
        }

        return Math.Sqrt(squares / values.Length);
    }
}
