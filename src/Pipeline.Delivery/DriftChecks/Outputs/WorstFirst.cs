using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>In which order people read: what is wrong, then what may be, then what could not be judged, then the rest; in each the larger first.</summary>
internal static class WorstFirst
{
    public static IReadOnlyList<SubjectDrift> Order(IEnumerable<SubjectDrift> subjects) =>
    [
        .. subjects.OrderByDescending(subject => Weight(subject.Verdict))
            .ThenByDescending(subject => subject.IsCritical)
            .ThenByDescending(subject => subject.Effect?.AdjustedPsi ?? double.NegativeInfinity)
            .ThenBy(subject => subject.Name, StringComparer.Ordinal),
    ];

    /// <summary>Rates with something to say, the largest difference first.</summary>
    public static IReadOnlyList<(SubjectDrift Subject, RateDrift Rate)> Rates(IEnumerable<SubjectDrift> subjects) =>
    [
        .. subjects.SelectMany(subject => subject.Rates, (subject, rate) => (Subject: subject, Rate: rate))
            .Where(row => row.Rate.Verdict is DriftVerdict.Drift or DriftVerdict.Warn)
            .OrderByDescending(row => Weight(row.Rate.Verdict))
            .ThenByDescending(row => Math.Abs(row.Rate.CurrentRate - row.Rate.ReferenceRate)),
    ];

    public static int Weight(DriftVerdict verdict) => verdict switch
    {
        DriftVerdict.Drift => 3,
        DriftVerdict.Warn => 2,
        DriftVerdict.Insufficient => 1,
        _ => 0,
    };
}
