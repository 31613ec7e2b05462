namespace Pipeline.Metrics.Regression;

/// <summary>Where numbers lie.</summary>
/// <param name="Least">In the label's unit.</param>
/// <param name="Median">The middle one; of an even number the mean of both.</param>
/// <param name="Greatest">In the label's unit.</param>
public sealed record ValueSummary(double Least, double Median, double Greatest);
