using Prometheus;

namespace Pipeline.Inference.Telemetry;

/// <summary>One model's time series with their labels bound, so that a request looks none up.</summary>
/// <param name="Requests">One counter per <see cref="Outcome"/>.</param>
/// <param name="Rows">Rows scored.</param>
/// <param name="RequestDuration">Seconds a request.</param>
/// <param name="ComputeDuration">Seconds within the model.</param>
public sealed record ModelMetrics(IReadOnlyList<Counter.Child> Requests, Counter.Child Rows, Histogram.Child RequestDuration, Histogram.Child ComputeDuration)
{
    public void Count(Outcome outcome) => Requests[(int)outcome].Inc();
}
