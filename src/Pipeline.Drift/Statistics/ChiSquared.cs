namespace Pipeline.Drift.Statistics;

/// <summary>The χ² law.</summary>
public static class ChiSquared
{
    /// <summary>The chance of a value of at least <paramref name="x"/>.</summary>
    /// <param name="x">At least 0.</param>
    /// <param name="degreesOfFreedom">At least 1.</param>
    public static double Survival(double x, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);
        return IncompleteGamma.UpperRegularized(degreesOfFreedom / 2d, x / 2);
    }

    /// <summary>The value that is reached or passed with the chance <paramref name="tail"/>: the quantile 1 - tail, without the digits that the difference would cost a small tail.</summary>
    /// <param name="tail">Greater than 0, at most 1.</param>
    /// <param name="degreesOfFreedom">At least 1.</param>
    public static double UpperQuantile(double tail, int degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tail);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tail, 1);
        var (lower, upper) = (0d, (double)degreesOfFreedom);
        while (Survival(upper, degreesOfFreedom) > tail)
        {
            (lower, upper) = (upper, 2 * upper);
        }

        while (upper - lower > 1e-14 * upper)
        {
            var middle = lower + ((upper - lower) / 2);
            (lower, upper) = Survival(middle, degreesOfFreedom) > tail ? (middle, upper) : (lower, middle);
        }

        return upper;
    }
}
