namespace Pipeline.Drift.Statistics;

/// <summary>
/// The regularised upper incomplete gamma function Q(a, x): its series below a + 1, its continued fraction above (Press et al., Numerical Recipes, 3rd ed., 6.2), log Γ by Lanczos'
/// approximation with g = 7 and nine terms. Right to some 13 digits also where the result is 1e-300.
/// </summary>
public static class IncompleteGamma
{
    private const double Precision = 1e-16;
    private const double Tiny = 1e-300;

    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <param name="a">At least 0.5, which half the degrees of freedom always are.</param>
    /// <param name="x">At least 0.</param>
    /// <returns>From 0 to 1.</returns>
    public static double UpperRegularized(double a, double x)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(a, 0.5);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        if (x == 0)
        {
            return 1;
        }

        if (double.IsPositiveInfinity(x))
        {
            return 0;
        }

        var scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return Math.Clamp(x < a + 1 ? 1 - (scale * Series(a, x)) : scale * Fraction(a, x), 0, 1);
    }

    private static double LogGamma(double x)
    {
        var z = x - 1;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (z + i);
        }

        var t = z + Lanczos.Length - 1.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((z + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    private static double Series(double a, double x)
    {
        var term = 1 / a;
        var sum = term;
        for (var n = 1; term > sum * Precision; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    // Lentz' method.
    private static double Fraction(double a, double x)
    {
        var b = x + 1 - a;
        var c = 1 / Tiny;
        var d = 1 / b;
        var result = d;
        for (var n = 1; ; n++)
        {
            var factor = -n * (n - a);
            b += 2;
            d = 1 / AwayFromZero((factor * d) + b);
            c = AwayFromZero(b + (factor / c));
            var change = c * d;
            result *= change;
            if (Math.Abs(change - 1) <= 4 * Precision)
            {
                return result;
            }
        }
    }

    private static double AwayFromZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
