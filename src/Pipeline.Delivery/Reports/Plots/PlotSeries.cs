namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A line of a plot.</summary>
/// <param name="Name">In the legend; empty for a line that needs none.</param>
/// <param name="Style">Its class in the style sheet: <c>l1</c> to <c>l4</c>, or <c>guide</c>.</param>
/// <param name="Points">In the axes' units.</param>
internal sealed record PlotSeries(string Name, string Style, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Steps instead of slopes: a point's value holds up to the next.</summary>
    public bool IsStepped { get; init; }

    /// <summary>A dot at each point.</summary>
    public bool HasDots { get; init; }

    /// <summary>For each point the ends of its interval; empty for none.</summary>
    public IReadOnlyList<(double Low, double High)> Intervals { get; init; } = [];
}
