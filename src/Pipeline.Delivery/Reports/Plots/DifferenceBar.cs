using System.Globalization;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A difference with its interval as a small SVG of its own scale, 0 in the middle; what it shows stands beside it in numbers.</summary>
internal static class DifferenceBar
{
    private const int Width = 240;
    private const int Middle = Width / 2;

    /// <param name="value">The difference.</param>
    /// <param name="interval">Its interval.</param>
    /// <param name="margin">What is allowed; null for none.</param>
    public static string Render(double value, ConfidenceInterval interval, double? margin = null)
    {
        var most = new[] { Math.Abs(interval.Low), Math.Abs(interval.High), Math.Abs(margin ?? 0) }.Max() is > 0 and var greatest ? greatest * 1.1 : 1;
        string X(double at) => (Middle + (at / most * Middle)).ToString("0.#", CultureInfo.InvariantCulture);
        var allowed = margin is { } bound ? $"<path class=\"guide\" d=\"M{X(bound)} 0V20\"/>" : string.Empty;
        return $"<svg class=\"forest\" viewBox=\"0 0 {Width} 20\" aria-hidden=\"true\"><path class=\"grid\" d=\"M{Middle} 0V20\"/>{allowed}<path class=\"l1 whole\" d=\"M{X(interval.Low)} 10H{X(interval.High)}\"/><circle class=\"dot\" cx=\"{X(value)}\" cy=\"10\" r=\"4\"/></svg>";
    }
}
