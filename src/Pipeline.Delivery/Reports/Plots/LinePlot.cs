using System.Globalization;
using System.Text;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A plot of lines and bands as SVG in a figure. Lines differ by dashes as well as by colour.</summary>
/// <param name="title">What it shows, plain text.</param>
/// <param name="x">The axis to the right.</param>
/// <param name="y">The axis upward.</param>
internal sealed class LinePlot(string title, PlotAxis x, PlotAxis y)
{
    private readonly PlotFrame _frame = new(x, y);

    /// <summary>Lines, the first on top.</summary>
    public IReadOnlyList<PlotSeries> Series { get; init; } = [];

    /// <summary>Areas below the lines, the first on top.</summary>
    public IReadOnlyList<PlotBand> Bands { get; init; } = [];

    /// <summary>Null for none.</summary>
    public PlotMark? Mark { get; init; }

    /// <summary>A vertical line at this place; null for none.</summary>
    public double? Cut { get; init; }

    /// <summary>What the plot says, for those who do not see it.</summary>
    public required string Description { get; init; }

    public string Render()
    {
        var svg = new StringBuilder();
        foreach (var band in Bands.Reverse())
        {
            var around = band.Points.Select(point => $"{X(point.X)} {Y(point.High)}").Concat(band.Points.Reverse().Select(point => $"{X(point.X)} {Y(point.Low)}"));
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{band.Style}\" d=\"M{string.Join('L', around)}Z\"/>\n");
        }

        if (Cut is { } cut)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"guide\" d=\"M{X(cut)} {PlotFrame.Top}V{PlotFrame.Bottom}\"/>\n");
        }

        foreach (var series in Series.Reverse())
        {
            Append(svg, series);
        }

        if (Mark is { } mark)
        {
            var isRight = x.Share(mark.X) > 0.55;
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"mark\" cx=\"{X(mark.X)}\" cy=\"{Y(mark.Y)}\" r=\"5\"/><text{(isRight ? " class=\"end\"" : string.Empty)} x=\"{X(mark.X)}\" dx=\"{(isRight ? -9 : 9)}\" y=\"{Y(mark.Y)}\" dy=\"14\">{Text(mark.Name)}</text>\n");
        }

        (string Name, string Style, bool IsSquare)[] named = [.. Series.Where(series => series.Name.Length > 0).Select(series => (series.Name, series.Style, false)), .. Bands.Select(band => (band.Name, band.Style, true))];
        return _frame.Render(title, Description, svg.Append(named.Length > 1 ? _frame.Legend(named) : string.Empty).ToString());
    }

    private void Append(StringBuilder svg, PlotSeries series)
    {
        var path = new StringBuilder();
        foreach (var (index, (px, py)) in series.Points.Index())
        {
            path.Append(index == 0 ? $"M{X(px)} {Y(py)}" : series.IsStepped ? $"H{X(px)}V{Y(py)}" : $"L{X(px)} {Y(py)}");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{series.Style}\" d=\"{path}\"/>\n");
        foreach (var (index, (low, high)) in series.Intervals.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{series.Style} whole\" d=\"M{X(series.Points[index].X)} {Y(low)}V{Y(high)}\"/>");
        }

        foreach (var (px, py) in series.HasDots ? series.Points : [])
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot {series.Style}\" cx=\"{X(px)}\" cy=\"{Y(py)}\" r=\"3\"/>");
        }
    }

    private string X(double value) => _frame.X(value);

    private string Y(double value) => _frame.Y(value);
}
