namespace Pipeline.Drift.Verdicts;

/// <summary>Why a subject has its verdict: one sentence, with the numbers that decided.</summary>
internal sealed record SubjectReason(
    DriftPolicy Policy,
    SubjectEvidence Evidence,
    EffectSize? Effect,
    SignificanceTest? Test,
    IReadOnlyList<BinDrift> Bins,
    IReadOnlyList<RateDrift> Rates,
    DriftVerdict Distribution,
    DriftVerdict Verdict)
{
    public override string ToString() => Verdict switch
    {
        DriftVerdict.Drift => $"{Evidence.Name} drifted: {string.Join("; ", Drifts())}",
        DriftVerdict.Warn => $"{Evidence.Name} differs: adjusted PSI {Wording.Number(Effect!.AdjustedPsi, Policy.DriftPsi)} ≥ {Wording.Number(Policy.WarnPsi)}, below {Wording.Number(Policy.DriftPsi)}{Significance()}{Culprit()}",
        DriftVerdict.Insufficient => Insufficiency(),
        _ => Calm(),
    };

    private IEnumerable<string> Drifts()
    {
        if (Distribution == DriftVerdict.Drift)
        {
            yield return $"adjusted PSI {Wording.Number(Effect!.AdjustedPsi, Policy.DriftPsi)} ≥ {Wording.Number(Policy.DriftPsi)}{Significance()}{Culprit()}";
        }

        foreach (var rate in Rates.Where(rate => rate.Verdict == DriftVerdict.Drift))
        {
            yield return $"{Wording.Of(rate.State)} {Wording.Change(rate.ReferenceRate, rate.CurrentRate)}, adjusted p {Wording.PValue(rate.Test.AdjustedPValue)}";
        }
    }

    private string Calm()
    {
        if (Effect is null || Test is null)
        {
            return $"{Evidence.Name} did not drift: it has no value, as in the reference";
        }

        var psi = Wording.Number(Effect.AdjustedPsi, Policy.WarnPsi);
        return Effect.AdjustedPsi < Policy.WarnPsi
            ? $"{Evidence.Name} did not drift: adjusted PSI {psi} < {Wording.Number(Policy.WarnPsi)}{Significance()}"
            : $"{Evidence.Name} did not drift: adjusted PSI {psi} may be chance, adjusted p {Wording.PValue(Test.AdjustedPValue)} > {Wording.Number(Policy.FalseDiscoveryRate)}";
    }

    private string Insufficiency() => (Evidence.Rows, Evidence.ReferenceValues) switch
    {
        (0, _) => $"{Evidence.Name} did not come at all",
        (var rows, _) when rows < Policy.MinRows => FormattableString.Invariant($"{Evidence.Name} came in {rows} rows, and {Policy.MinRows} are needed"),
        (_, 0) => $"{Evidence.Name} has no value in the reference",
        _ => FormattableString.Invariant($"{Evidence.Name} has {Evidence.CurrentValues} values, and {Policy.MinRows} are needed; its rates did not drift"),
    };

    private string Significance() => $", adjusted p {Wording.PValue(Test!.AdjustedPValue)}";

    private string Culprit()
    {
        var bin = Bins.MaxBy(bin => bin.Contribution)!;
        return $"; most from {bin.Label} ({Wording.Change(bin.ReferenceShare, bin.CurrentShare)})";
    }
}
