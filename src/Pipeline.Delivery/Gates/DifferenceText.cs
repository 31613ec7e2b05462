using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Gates;

/// <summary>How differences of two models are written for people: with their sign, and never a 0 that is none.</summary>
internal static class DifferenceText
{
    private const double LeastWithFourDigits = 5e-5;

    public static string Of(double value) => Math.Abs(value) is > 0 and < LeastWithFourDigits ? value.ToString("+0.0e-0;-0.0e-0", CultureInfo.InvariantCulture) : MetricText.OfDifference(value);

    /// <summary>Such as <c>-0.0021 to +0.0130</c>.</summary>
    public static string Of(ConfidenceInterval interval) => $"{Of(interval.Low)} to {Of(interval.High)}";

    /// <summary>The p of a test of no difference.</summary>
    public static string OfP(double value) => value.ToString(value < 0.001 ? "0.0e+0" : "0.000", CultureInfo.InvariantCulture);
}
