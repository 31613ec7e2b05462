using Prometheus;

namespace Pipeline.Inference.Telemetry;

/// <summary>One model's requests, a counter per <see cref="Protocol"/> and <see cref="Outcome"/>. Thread-safe.</summary>
/// <param name="of">Gives the counter of two labels.</param>
public sealed class RequestCounters(Func<string, string, Counter.Child> of)
{
    private readonly Counter.Child[] _counters = [.. LabelNames.Protocols.SelectMany(protocol => LabelNames.Outcomes.Select(outcome => of(protocol, outcome)))];
    private readonly int _outcomes = LabelNames.Outcomes.Count;

    /// <summary>Requests of that outcome in all protocols.</summary>
    public long Total(Outcome outcome) => (long)_counters.Where((_, index) => index % _outcomes == (int)outcome).Sum(counter => counter.Value);

    public void Count(Protocol protocol, Outcome outcome) => _counters[((int)protocol * _outcomes) + (int)outcome].Inc();
}
