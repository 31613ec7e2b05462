namespace Pipeline.Metrics.Intervals;

/// <summary>Computes something of one resample; called from several threads at once.</summary>
/// <param name="draws">How often each row was drawn.</param>
/// <param name="values">To be filled.</param>
public delegate void ResampleFunction(ReadOnlySpan<byte> draws, Span<double> values);
