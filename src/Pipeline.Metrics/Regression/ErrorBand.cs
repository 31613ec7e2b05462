namespace Pipeline.Metrics.Regression;

/// <summary>Errors (prediction less label) of rows that are predicted alike, as percentiles.</summary>
/// <param name="Lower">The least prediction among them.</param>
/// <param name="Upper">The greatest.</param>
/// <param name="Rows">How many; at least 1.</param>
/// <param name="P5">A twentieth of the errors lies below.</param>
/// <param name="P25">A quarter.</param>
/// <param name="P50">Half.</param>
/// <param name="P75">Three quarters.</param>
/// <param name="P95">All but a twentieth.</param>
public sealed record ErrorBand(double Lower, double Upper, int Rows, double P5, double P25, double P50, double P75, double P95);
