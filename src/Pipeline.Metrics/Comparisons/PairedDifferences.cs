using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics.Comparisons;

/// <summary>Differences of two models' metrics on the same rows: of the area under the ROC curve by the paired test of DeLong, of any other by the paired bootstrap.</summary>
public static class PairedDifferences
{
    // The normal distribution's quantile at 0.95.
    private const double OneSided = 1.6448536269514722;

    /// <param name="challenger">One model's answers.</param>
    /// <param name="champion">The other's answers to the same rows, in the same order, with the same metrics.</param>
    /// <param name="resampling">How resamples are drawn.</param>
    /// <param name="cancellationToken">Stops drawing.</param>
    /// <returns>By metric; null where one of both is undefined, or too often so in resamples.</returns>
    /// <exception cref="ArgumentException">The samples are not of the same rows, or have other metrics.</exception>
    public static IReadOnlyDictionary<string, PairedDifference?> Of(IMetricSample challenger, IMetricSample champion, Resampling resampling, CancellationToken cancellationToken)
    {
        var differences = PairedBootstrap.Compare(challenger, champion, resampling, cancellationToken);
        return challenger is BinarySample one && champion is BinarySample other && differences[BinaryMetricNames.RocAuc] is { } area && DeLong.Compare(one, other) is { } test
            ? new Dictionary<string, PairedDifference?>(differences) { [BinaryMetricNames.RocAuc] = By(test, area) }
            : differences;
    }

    private static PairedDifference By(DeLongDifference test, PairedDifference bootstrapped)
    {
        var (middle, error) = (test.Difference, test.StandardError);
        return bootstrapped with
        {
            Interval = new ConfidenceInterval(middle - (ConfidenceInterval.Z * error), middle + (ConfidenceInterval.Z * error), DeLong.Method),
            LowerBound = middle - (OneSided * error),
            UpperBound = middle + (OneSided * error),
        };
    }
}
