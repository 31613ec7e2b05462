namespace Pipeline.Delivery.Reports.Plots;

/// <summary>An area of a plot.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Style">Its class in the style sheet: <c>b1</c> or <c>b2</c>.</param>
/// <param name="Points">In the axes' units, from the left.</param>
internal sealed record PlotBand(string Name, string Style, IReadOnlyList<(double X, double Low, double High)> Points);
