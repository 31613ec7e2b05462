using Pipeline.Drift.Measures;
using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Verdicts;

/// <summary>Judges the evidence of single subjects, once all tests of the window are known.</summary>
/// <param name="policy">A sound one.</param>
/// <param name="family">All tests of the window, each with its adjusted p-value; compared by reference.</param>
internal sealed class SubjectJudgement(DriftPolicy policy, IReadOnlyDictionary<TestOutcome, double> family)
{
    private readonly double _level = policy.FalseDiscoveryRate / Math.Max(1, family.Count);

    public SubjectDrift Of(SubjectEvidence evidence, SampleDistance? samples)
    {
        var effect = EffectOf(evidence);
        var test = evidence.Test is { } outcome ? Adjusted(outcome) : null;
        var bins = BinsOf(evidence);
        var rates = evidence.Rates.Select(RateOf).ToList();
        var distribution = DistributionVerdict(evidence, effect, test);
        var verdict = evidence.Rows < policy.MinRows ? DriftVerdict.Insufficient : Worst(distribution, rates);
        return new SubjectDrift(
            evidence.Name,
            evidence.Kind,
            evidence.Kind != SubjectKind.Feature || policy.CriticalFeatures.Contains(evidence.Name, StringComparer.Ordinal),
            verdict,
            new SubjectReason(policy, evidence, effect, test, bins, rates, distribution, verdict).ToString(),
            evidence.ReferenceValues,
            evidence.CurrentValues,
            effect,
            test,
            bins,
            rates,
            samples);
    }

    private DriftVerdict DistributionVerdict(SubjectEvidence evidence, EffectSize? effect, SignificanceTest? test)
    {
        if (!evidence.HasEnoughValues(policy.MinRows))
        {
            // No value before and none now is as it was.
            return evidence.ReferenceValues == 0 && evidence.CurrentValues == 0 ? DriftVerdict.Ok : DriftVerdict.Insufficient;
        }

        return test!.AdjustedPValue > policy.FalseDiscoveryRate || effect!.AdjustedPsi < policy.WarnPsi ? DriftVerdict.Ok
            : effect.AdjustedPsi < policy.DriftPsi ? DriftVerdict.Warn
            : DriftVerdict.Drift;
    }

    private static DriftVerdict Worst(DriftVerdict distribution, List<RateDrift> rates) => rates.Exists(rate => rate.Verdict == DriftVerdict.Drift) ? DriftVerdict.Drift : distribution;

    private EffectSize? EffectOf(SubjectEvidence evidence)
    {
        if (evidence.Test is null)
        {
            return null;
        }

        long[] reference = [.. evidence.Used.Select(bin => evidence.Reference[bin])];
        long[] current = [.. evidence.Used.Select(bin => evidence.Current[bin])];
        var (n, m, bins) = (evidence.ReferenceValues, evidence.CurrentValues, evidence.Used.Count);
        var floor = AdjustedPsi.NoiseFloor(n, m, bins);
        return new EffectSize(
            PopulationStabilityIndex.Of(reference, current),
            AdjustedPsi.Of(reference, current),
            floor,
            AdjustedPsi.Critical(n, m, bins, _level) - floor,
            JensenShannonDistance.Of(reference, current),
            LInfinityDistance.Of(reference, current),
            TotalVariationDistance.Of(reference, current));
    }

    private RateDrift RateOf(RateEvidence rate)
    {
        var test = Adjusted(rate.Test);
        var drifts = test.AdjustedPValue <= policy.FalseDiscoveryRate && Math.Abs(rate.CurrentRate - rate.ReferenceRate) >= policy.RateFloor;
        return new RateDrift(rate.State, rate.Reference, rate.Current, rate.ReferenceRate, rate.CurrentRate, test, drifts ? DriftVerdict.Drift : DriftVerdict.Ok);
    }

    private SignificanceTest Adjusted(TestOutcome test) =>
        new(test.Name, test.Statistic, test.DegreesOfFreedom, test.PValue, family.GetValueOrDefault(test, 1), test.IsApproximate);

    private static List<BinDrift> BinsOf(SubjectEvidence evidence)
    {
        var parts = evidence.Test is null ? new double[evidence.Labels.Count] : PopulationStabilityIndex.Contributions(evidence.Reference, evidence.Current);
        return [.. evidence.Labels.Select((label, bin) => new BinDrift(
            label,
            evidence.Reference[bin],
            evidence.Current[bin],
            Share(evidence.Reference[bin], evidence.ReferenceValues),
            Share(evidence.Current[bin], evidence.CurrentValues),
            parts[bin]))];
    }

    private static double Share(long count, long rows) => rows > 0 ? (double)count / rows : 0;
}
