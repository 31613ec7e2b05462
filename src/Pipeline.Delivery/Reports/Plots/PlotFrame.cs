using System.Globalization;
using System.Text;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>What all plots have in common: a figure with title and description, two axes, and places on them. Colours are the page's own, text is text, and it scales with the page.</summary>
internal sealed class PlotFrame
{
    public const int Height = 290;
    public const int Right = 388;
    public const int Top = 26;
    public const int Bottom = 238;

    private const int Width = 400;
    private const int LeastLeft = 44;
    private const double CharacterWidth = 6.2;
    private const int MostTicks = 6;

    private readonly PlotAxis _x;
    private readonly PlotAxis _y;
    private readonly IReadOnlyList<(double Value, string Text)> _xTicks;
    private readonly IReadOnlyList<(double Value, string Text)> _yTicks;

    public PlotFrame(PlotAxis x, PlotAxis y)
    {
        (_x, _y) = (x, y);
        _yTicks = y.Ticks(MostTicks);
        Left = Math.Max(LeastLeft, 8 + (int)(CharacterWidth * _yTicks.Max(tick => tick.Text.Length)));

        // Long numbers must not run into each other.
        _xTicks = x.Ticks(MostTicks) is var ticks && ticks.Max(tick => tick.Text.Length) * ticks.Count > 40 ? x.Ticks(MostTicks / 2) : ticks;
    }

    public int Left { get; }

    /// <param name="title">Plain text.</param>
    /// <param name="description">What the plot says, for those who do not see it.</param>
    /// <param name="content">SVG within the axes, and the legend.</param>
    public string Render(string title, string description, string content)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{Text(title)}</figcaption><svg role=\"img\" viewBox=\"0 0 {Width} {Height}\"><title>{Text(title)}</title><desc>{Text(description)}</desc>\n");
        foreach (var (value, text) in _yTicks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Y(value)}H{Right}\"/><text class=\"tick end\" x=\"{Left - 6}\" y=\"{Y(value)}\" dy=\"4\">{text}</text>\n");
        }

        foreach (var (value, text) in _xTicks)
        {
            // The last one must not run out of the picture.
            var isCut = Left + (_x.Share(value) * (Right - Left)) + (text.Length * CharacterWidth / 2) > Width;
            var place = isCut ? $"end\" x=\"{Width}" : $"mid\" x=\"{X(value)}";
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{X(value)} {Top}V{Bottom}\"/><text class=\"tick {place}\" y=\"{Bottom + 16}\">{text}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"tick end\" x=\"{Right}\" y=\"{Bottom + 32}\">{Text(_x.Name)} →</text><text class=\"tick\" x=\"0\" y=\"14\">↑ {Text(_y.Name)}</text>\n");
        return svg.Append(content).Append("</svg></figure>\n").ToString();
    }

    public string X(double value) => (Left + (_x.Share(value) * (Right - Left))).ToString("0.#", CultureInfo.InvariantCulture);

    public string Y(double value) => (Bottom - (_y.Share(value) * (Bottom - Top))).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>A line of names below the axes, each after a line or a square of its style.</summary>
    /// <param name="entries">Name, style, and whether it is a square.</param>
    public string Legend(IEnumerable<(string Name, string Style, bool IsSquare)> entries)
    {
        var svg = new StringBuilder();
        var x = Left;
        foreach (var (name, style, isSquare) in entries)
        {
            var sign = isSquare ? $"M{x} {Height - 11}h18v10h-18z" : $"M{x} {Height - 6}h18";
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"{style}\" d=\"{sign}\"/><text class=\"tick\" x=\"{x + 22}\" y=\"{Height - 2}\">{Text(name)}</text>");
            x += 34 + (name.Length * 6);
        }

        return svg.ToString();
    }
}
