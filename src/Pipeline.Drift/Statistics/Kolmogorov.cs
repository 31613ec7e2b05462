namespace Pipeline.Drift.Statistics;

/// <summary>Kolmogorov's law: that of the greatest distance of two empirical distribution functions of many values, times the root of the effective number of them.</summary>
public static class Kolmogorov
{
    // Either series needs at most five terms on its side of this.
    private const double SeriesMeet = 1.18;

    /// <summary>Q_KS(x) = 2 Σ (-1)^(k-1) exp(-2 k² x²), the chance of at least <paramref name="x"/>; for small x by the theta function's other series, which converges there.</summary>
    /// <param name="x">At least 0.</param>
    public static double Survival(double x)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x == 0)
        {
            return 1;
        }

        var sum = 0d;
        if (x < SeriesMeet)
        {
            for (var k = 1; k <= 9; k += 2)
            {
                sum += Math.Exp(-(k * k * Math.PI * Math.PI) / (8 * x * x));
            }

            return Math.Clamp(1 - (Math.Sqrt(2 * Math.PI) / x * sum), 0, 1);
        }

        for (var k = 1; k <= 5; k++)
        {
            sum += (k % 2 == 0 ? -2 : 2) * Math.Exp(-2d * k * k * x * x);
        }

        return Math.Clamp(sum, 0, 1);
    }

    /// <summary>
    /// The p-value of a distance, by Stephens' correction for small numbers of values (JRSS B 32, 1970): Q_KS((√e + 0.12 + 0.11/√e) D) with e = nm/(n + m).
    /// For values with ties, such as counts in bins, it is too large, never too small.
    /// </summary>
    /// <param name="distance">D, 0 to 1.</param>
    /// <param name="reference">n, at least 1.</param>
    /// <param name="current">m, at least 1.</param>
    public static double StephensPValue(double distance, long reference, long current)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(reference, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(current, 1);
        var root = Math.Sqrt((double)reference / (reference + (double)current) * current);
        return Survival((root + 0.12 + (0.11 / root)) * distance);
    }
}
