using Prometheus;

namespace Pipeline.Inference.Telemetry;

/// <summary>One model's time series with their labels bound, so that a request looks none up.</summary>
/// <param name="Requests">Counts requests.</param>
/// <param name="Rows">Rows scored.</param>
/// <param name="RequestDuration">Seconds a request.</param>
/// <param name="QueueDuration">Seconds that rows waited for a run.</param>
/// <param name="ComputeDuration">Seconds a run of the model.</param>
/// <param name="BatchRows">Rows a run.</param>
public sealed record ModelMetrics(
    RequestCounters Requests,
    Counter.Child Rows,
    Histogram.Child RequestDuration,
    Histogram.Child QueueDuration,
    Histogram.Child ComputeDuration,
    Histogram.Child BatchRows)
{
    public void Count(Protocol protocol, Outcome outcome) => Requests.Count(protocol, outcome);
}
