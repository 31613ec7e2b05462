namespace Pipeline.Drift.Verdicts;

/// <summary>The verdict on one window.</summary>
/// <param name="From">Start, inclusive; null if rows have no time.</param>
/// <param name="To">End, exclusive; null if rows have no time.</param>
/// <param name="Rows">Rows that came.</param>
/// <param name="Verdict">Over all subjects, by the policy's rule.</param>
/// <param name="Reason">One sentence for people, which names the subjects that decided.</param>
/// <param name="Subjects">Features in the order of the model's schema, then predictions, then labels.</param>
public sealed record WindowDrift(DateTimeOffset? From, DateTimeOffset? To, long Rows, DriftVerdict Verdict, string Reason, IReadOnlyList<SubjectDrift> Subjects);
