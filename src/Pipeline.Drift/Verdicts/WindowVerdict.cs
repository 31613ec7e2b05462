namespace Pipeline.Drift.Verdicts;

/// <summary>From the verdicts on subjects to that on their window.</summary>
internal static class WindowVerdict
{
    public static (DriftVerdict Verdict, string Reason) Of(IReadOnlyList<SubjectDrift> subjects, long rows, DriftPolicy policy)
    {
        if (rows < policy.MinRows)
        {
            return (DriftVerdict.Insufficient, FormattableString.Invariant($"{rows} rows came, and {policy.MinRows} are needed"));
        }

        var drifted = subjects.Where(subject => subject.Verdict == DriftVerdict.Drift).OrderByDescending(subject => subject.Effect?.AdjustedPsi ?? 0).ToList();
        var features = subjects.Count(subject => subject.Kind == SubjectKind.Feature);
        var driftedFeatures = drifted.Count(subject => subject.Kind == SubjectKind.Feature);
        if (drifted.Count > 0)
        {
            var isTooMany = driftedFeatures > policy.MaxDriftedShare * features;
            var verdict = isTooMany || drifted.Exists(subject => subject.IsCritical) ? DriftVerdict.Drift : DriftVerdict.Warn;
            var tolerated = verdict == DriftVerdict.Warn ? $", which the policy takes for a warning up to {Wording.Percent(policy.MaxDriftedShare)} of them" : "";
            var counted = driftedFeatures > 0 ? FormattableString.Invariant($"{driftedFeatures} of {Wording.Features(features)} drifted{tolerated}: ") : "";
            return (verdict, counted + Reasons(drifted));
        }

        var warned = subjects.Where(subject => subject.Verdict == DriftVerdict.Warn).OrderByDescending(subject => subject.Effect?.AdjustedPsi ?? 0).ToList();
        if (warned.Count > 0)
        {
            return (DriftVerdict.Warn, Reasons(warned));
        }

        var unjudged = subjects.Where(subject => subject.Verdict == DriftVerdict.Insufficient).ToList();
        return unjudged.Count == subjects.Count
            ? (DriftVerdict.Insufficient, subjects.Count == 0 ? "there is nothing to judge" : $"nothing could be judged: {Reasons(unjudged)}")
            : (DriftVerdict.Ok, $"no drift in {subjects.Count - unjudged.Count} of {subjects.Count} comparisons{(unjudged.Count > 0 ? $"; not judged: {Reasons(unjudged)}" : "")}");
    }

    private static string Reasons(List<SubjectDrift> subjects) => Wording.List([.. subjects.Select(subject => subject.Reason)], most: 3, separator: "; ");
}
