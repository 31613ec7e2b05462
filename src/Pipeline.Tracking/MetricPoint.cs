namespace Pipeline.Tracking;

/// <summary>A metric's value at a step. Times are kept to the millisecond. ±Infinity may come back as ±<see cref="double.MaxValue"/>, as MLflow keeps it.</summary>
/// <param name="Name">Letters, digits, <c>_ - . / :</c> and blanks.</param>
/// <param name="Value">NaN is allowed.</param>
/// <param name="Time">When it was measured.</param>
/// <param name="Step">0 if there are no steps.</param>
public readonly record struct MetricPoint(string Name, double Value, DateTimeOffset Time, long Step = 0);
