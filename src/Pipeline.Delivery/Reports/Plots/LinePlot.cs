using System.Globalization;
using System.Text;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>
/// A plot of lines as SVG in a figure. Colours are the page's own, so that it is legible in light, dark and print; text is text; it scales with the page. Lines differ by dashes, too.
/// </summary>
/// <param name="title">What it shows, plain text.</param>
/// <param name="xName">Of the axis to the right, which goes from 0 to 1.</param>
/// <param name="yName">Of the axis upward.</param>
/// <param name="yMost">Its end; it begins at 0.</param>
internal sealed class LinePlot(string title, string xName, string yName, double yMost = 1)
{
    private const int Width = 400;
    private const int Height = 290;
    private const int Left = 44;
    private const int Right = 388;
    private const int Top = 26;
    private const int Bottom = 238;

    /// <summary>Lines, the first on top.</summary>
    public IReadOnlyList<PlotSeries> Series { get; init; } = [];

    /// <summary>Null for none.</summary>
    public PlotMark? Mark { get; init; }

    /// <summary>A vertical line at this place; null for none.</summary>
    public double? Cut { get; init; }

    /// <summary>What the plot says, for those who do not see it.</summary>
    public required string Description { get; init; }

    public string Render()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Text(title)}</figcaption><svg role=\"img\" viewBox=\"0 0 {Width} {Height}\"><title>{Text(title)}</title><desc>{Text(Description)}</desc>\n");
        AppendAxes(svg);
        if (Cut is { } cut)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"guide\" d=\"M{X(cut)} {Top}V{Bottom}\"/>\n");
        }

        foreach (var series in Series.Reverse())
        {
            Append(svg, series);
        }

        if (Mark is { } mark)
        {
            var isRight = mark.X > 0.55;
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"mark\" cx=\"{X(mark.X)}\" cy=\"{Y(mark.Y)}\" r=\"5\"/><text{(isRight ? " class=\"end\"" : string.Empty)} x=\"{X(mark.X)}\" dx=\"{(isRight ? -9 : 9)}\" y=\"{Y(mark.Y)}\" dy=\"14\">{Text(mark.Name)}</text>\n");
        }

        AppendLegend(svg);
        return svg.Append("</svg></figure>\n").ToString();
    }

    private void AppendAxes(StringBuilder svg)
    {
        foreach (var share in new[] { 0, 0.25, 0.5, 0.75, 1 })
        {
            var y = Y(share * yMost);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {y}H{Right}M{X(share)} {Top}V{Bottom}\"/><text class=\"tick end\" x=\"{Left - 6}\" y=\"{y}\" dy=\"4\">{Number(Math.Round(share * yMost, 3))}</text><text class=\"tick mid\" x=\"{X(share)}\" y=\"{Bottom + 16}\">{Number(share)}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick end\" x=\"{Right}\" y=\"{Bottom + 32}\">{Text(xName)} →</text><text class=\"tick\" x=\"0\" y=\"14\">↑ {Text(yName)}</text>\n");
    }

    private void Append(StringBuilder svg, PlotSeries series)
    {
        var path = new StringBuilder();
        foreach (var (index, (x, y)) in series.Points.Index())
        {
            path.Append(index == 0 ? $"M{X(x)} {Y(y)}" : series.IsStepped ? $"H{X(x)}V{Y(y)}" : $"L{X(x)} {Y(y)}");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{series.Style}\" d=\"{path}\"/>\n");
        foreach (var (index, (low, high)) in series.Intervals.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{series.Style} whole\" d=\"M{X(series.Points[index].X)} {Y(low)}V{Y(high)}\"/>");
        }

        foreach (var (x, y) in series.HasDots ? series.Points : [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot {series.Style}\" cx=\"{X(x)}\" cy=\"{Y(y)}\" r=\"3\"/>");
        }
    }

    private void AppendLegend(StringBuilder svg)
    {
        var named = Series.Where(series => series.Name.Length > 0).ToList();
        var x = Left;
        foreach (var series in named.Count > 1 ? named : [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{series.Style}\" d=\"M{x} {Height - 6}h18\"/><text class=\"tick\" x=\"{x + 22}\" y=\"{Height - 2}\">{Text(series.Name)}</text>");
            x += 34 + (series.Name.Length * 6);
        }
    }

    private static string X(double value) => (Left + (Math.Clamp(value, 0, 1) * (Right - Left))).ToString("0.#", CultureInfo.InvariantCulture);

    private string Y(double value) => (Bottom - (Math.Clamp(value / yMost, 0, 1) * (Bottom - Top))).ToString("0.#", CultureInfo.InvariantCulture);
}
