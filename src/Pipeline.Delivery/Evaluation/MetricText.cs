using System.Globalization;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How numbers are written for people: the same in every culture.</summary>
public static class MetricText
{
    private static readonly string[] HeadlineNames =
        [BinaryMetricNames.RocAuc, BinaryMetricNames.AveragePrecision, BinaryMetricNames.LogLoss, BinaryMetricNames.Brier, BinaryMetricNames.Precision, BinaryMetricNames.Recall];

    public static string Of(double? value) => value is { } number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "undefined";

    /// <summary>Such as <c>0.6528 to 0.6688</c>; a dash without an interval.</summary>
    public static string Of(ConfidenceInterval? interval) => interval is null ? "–" : $"{Of(interval.Low)} to {Of(interval.High)}";

    /// <summary>Two values of which one is the lesser, with digits enough to see it.</summary>
    public static (string One, string Other) OfBoth(double one, double other) => one != other && Of(one) == Of(other)
        ? (one.ToString("R", CultureInfo.InvariantCulture), other.ToString("R", CultureInfo.InvariantCulture))
        : (Of(one), Of(other));

    /// <summary>The metrics that most ask for first, in one line.</summary>
    public static string Headline(IReadOnlyDictionary<string, MetricEstimate> metrics) =>
        string.Join(", ", HeadlineNames.Select(name => $"{name} {Of(metrics[name].Value)}{(metrics[name].Interval is { } interval ? $" ({Of(interval)})" : string.Empty)}"));
}
