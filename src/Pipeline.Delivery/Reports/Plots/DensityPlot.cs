using System.Globalization;
using System.Text;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A plot of how many rows there are where, in squares of up to five colours, as SVG in a figure. A colour stands for counts up to its number in the legend.</summary>
/// <param name="title">What it shows, plain text.</param>
/// <param name="x">The axis to the right.</param>
/// <param name="y">The axis upward.</param>
/// <param name="counts">The outer list along <paramref name="y"/>, the inner along <paramref name="x"/>, both from the axis' beginning on; at least one square.</param>
internal sealed class DensityPlot(string title, PlotAxis x, PlotAxis y, IReadOnlyList<IReadOnlyList<long>> counts)
{
    private const int Colours = 5;

    private readonly PlotFrame _frame = new(x, y);

    /// <summary>A line across; none for fewer than two points.</summary>
    public IReadOnlyList<(double X, double Y)> Guide { get; init; } = [];

    /// <summary>What the plot says, for those who do not see it.</summary>
    public required string Description { get; init; }

    public string Render()
    {
        var limits = Limits(counts.Max(line => line.Max()));
        var svg = new StringBuilder();
        foreach (var (colour, limit) in limits.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"c{colour + 1}\" d=\"");
            AppendSquares(svg, colour == 0 ? 0 : limits[colour - 1], limit);
            svg.Append("\"/>\n");
        }

        if (Guide.Count > 1)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"guide\" d=\"M{string.Join('L', Guide.Select(point => $"{_frame.X(point.X)} {_frame.Y(point.Y)}"))}\"/>\n");
        }

        return _frame.Render(title, Description, svg.Append(_frame.Legend(limits.Select((limit, colour) => ($"≤ {ReportHtml.Number(limit)}", $"c{colour + 1}", true)))).ToString());
    }

    /// <summary>Upper ends of the colours' counts, each about as many times the one before.</summary>
    internal static IReadOnlyList<long> Limits(long most) =>
        [.. Enumerable.Range(1, Colours).Select(colour => colour == Colours ? most : (long)Math.Round(Math.Pow(most, (double)colour / Colours))).Where(limit => limit > 0).Distinct()];

    // Neighbours of one colour in a line make one rectangle.
    private void AppendSquares(StringBuilder svg, long above, long upTo)
    {
        foreach (var (line, row) in counts.Index())
        {
            var (top, bottom) = (_frame.Y(At(y, line + 1, counts.Count)), _frame.Y(At(y, line, counts.Count)));
            for (var start = 0; start < row.Count; start++)
            {
                var end = start;
                for (; end < row.Count && row[end] > above && row[end] <= upTo; end++)
                {
                }

                if (end > start)
                {
                    svg.Append(CultureInfo.InvariantCulture, $"M{_frame.X(At(x, start, row.Count))} {bottom}V{top}H{_frame.X(At(x, end, row.Count))}V{bottom}z");
                    start = end;
                }
            }
        }
    }

    private static double At(PlotAxis axis, int square, int squares) => double.Lerp(axis.Low, axis.High, (double)square / squares);
}
