using System.Globalization;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A value with its interval as a small SVG on a scale that it shares with others; what it shows stands beside it in numbers.</summary>
internal static class IntervalBar
{
    private const int Width = 240;
    private const int Edge = 8;

    /// <param name="value">The value.</param>
    /// <param name="interval">Its interval.</param>
    /// <param name="low">Where the scale begins.</param>
    /// <param name="high">Where it ends.</param>
    /// <param name="reference">Drawn dashed; null for none.</param>
    public static string Render(double value, ConfidenceInterval interval, double low, double high, double? reference = null)
    {
        var length = high > low ? high - low : 1;
        string X(double at) => (Edge + (Math.Clamp((at - low) / length, 0, 1) * (Width - (2 * Edge)))).ToString("0.#", CultureInfo.InvariantCulture);
        var guide = reference is { } place ? $"<path class=\"guide\" d=\"M{X(place)} 0V20\"/>" : string.Empty;
        return $"<svg class=\"forest\" viewBox=\"0 0 {Width} 20\" aria-hidden=\"true\">{guide}<path class=\"l1 whole\" d=\"M{X(interval.Low)} 10H{X(interval.High)}\"/><circle class=\"dot\" cx=\"{X(value)}\" cy=\"10\" r=\"4\"/></svg>";
    }
}
