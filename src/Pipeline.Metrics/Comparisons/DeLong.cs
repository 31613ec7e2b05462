using MathNet.Numerics;
using Pipeline.Metrics.Binary;

namespace Pipeline.Metrics.Comparisons;

/// <summary>Variance of the area under the ROC curve, and of the difference of two on the same rows (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988), by placements.</summary>
public static class DeLong
{
    public const string Method = "delong";

    /// <summary>The area's standard error; null if a class has fewer than two rows.</summary>
    public static double? StandardError(BinarySample sample) => ErrorOf(sample, sample.Placements());

    /// <summary>The area ± 1.96 standard errors, within 0 to 1; null if a class has fewer than two rows.</summary>
    public static ConfidenceInterval? Interval(BinarySample sample)
    {
        var placements = sample.Placements();
        if (ErrorOf(sample, placements) is not { } error)
        {
            return null;
        }

        var area = MeansOf(sample, placements).Positive;
        return new ConfidenceInterval(Math.Max(0, area - (ConfidenceInterval.Z * error)), Math.Min(1, area + (ConfidenceInterval.Z * error)), Method);
    }

    /// <summary>How much larger one model's area is than another's.</summary>
    /// <param name="one">Its answers.</param>
    /// <param name="other">The other's answers to the same rows, in the same order.</param>
    /// <returns>Null if a class has fewer than two rows.</returns>
    /// <exception cref="ArgumentException">The rows' labels differ.</exception>
    public static DeLongDifference? Compare(BinarySample one, BinarySample other)
    {
        if (one.Rows != other.Rows || Enumerable.Range(0, one.Rows).Any(row => one.IsPositive(row) != other.IsPositive(row)))
        {
            throw new ArgumentException("The two samples have other labels, so that they are not of the same rows.");
        }

        var differences = one.Placements().Zip(other.Placements(), (a, b) => a - b).ToArray();
        if (ErrorOf(one, differences) is not { } error)
        {
            return null;
        }

        var difference = MeansOf(one, differences).Positive;
        var z = error == 0 ? (double?)null : difference / error;
        return new DeLongDifference(difference, error, z, z is { } score ? SpecialFunctions.Erfc(Math.Abs(score) / Math.Sqrt(2)) : null);
    }

    private static double? ErrorOf(BinarySample sample, double[] placements)
    {
        long positives = sample.Positives;
        var negatives = sample.Rows - positives;
        if (positives < 2 || negatives < 2)
        {
            return null;
        }

        var means = MeansOf(sample, placements);
        double ofPositives = 0, ofNegatives = 0;
        for (var row = 0; row < placements.Length; row++)
        {
            if (sample.IsPositive(row))
            {
                ofPositives += (placements[row] - means.Positive) * (placements[row] - means.Positive);
            }
            else
            {
                ofNegatives += (placements[row] - means.Negative) * (placements[row] - means.Negative);
            }
        }

        return Math.Sqrt((ofPositives / (positives - 1) / positives) + (ofNegatives / (negatives - 1) / negatives));
    }

    private static (double Positive, double Negative) MeansOf(BinarySample sample, double[] placements)
    {
        double positive = 0, negative = 0;
        for (var row = 0; row < placements.Length; row++)
        {
            if (sample.IsPositive(row))
            {
                positive += placements[row];
            }
            else
            {
                negative += placements[row];
            }
        }

        return (positive / sample.Positives, negative / (sample.Rows - sample.Positives));
    }
}
