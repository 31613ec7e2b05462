namespace Pipeline.Delivery.Reports.Plots;

/// <summary>A point that is pointed out.</summary>
/// <param name="X">In the axes' units.</param>
/// <param name="Y">Likewise.</param>
/// <param name="Name">Beside it.</param>
internal sealed record PlotMark(double X, double Y, string Name);
