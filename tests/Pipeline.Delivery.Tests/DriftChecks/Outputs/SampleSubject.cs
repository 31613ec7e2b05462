using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

/// <summary>Subjects made from counts, with numbers that belong together. Only the p-values are made up: they fall with the effect and the number of rows.</summary>
internal static class SampleSubject
{
    public static readonly string[] Deciles = ["≤ 6", "(6, 7.5]", "(7.5, 9]", "(9, 10.5]", "(10.5, 12]", "(12, 13.5]", "(13.5, 15.25]", "(15.25, 17]", "(17, 19]", "> 19"];

    public static SubjectDrift Of(string name, string[] labels, long[] reference, long[] current, SubjectKind kind = SubjectKind.Feature, bool isCritical = false, IReadOnlyList<RateDrift>? rates = null)
    {
        var (n, m) = (reference.Sum(), current.Sum());
        var bins = labels.Select((label, i) => Bin(label, reference[i], current[i], n, m)).ToList();
        rates ??= kind == SubjectKind.Feature ? [Rate(ValueState.Missing, 0, 0, n, m)] : [];
        if (n == 0 || m == 0)
        {
            return new SubjectDrift(name, kind, isCritical, DriftVerdict.Insufficient, $"{m} rows, of 100 that are needed.", n, m, null, null, bins, rates, null);
        }

        var noise = ((1d / n) + (1d / m)) * (labels.Length - 1);
        var jeffreys = labels.Select((_, i) => Part((reference[i] + 0.5) / (n + (labels.Length / 2d)), (current[i] + 0.5) / (m + (labels.Length / 2d)))).Sum();
        var differences = bins.Select(bin => Math.Abs(bin.CurrentShare - bin.ReferenceShare)).ToList();
        var adjusted = jeffreys - noise;
        var effect = new EffectSize(bins.Sum(bin => bin.Contribution), adjusted, noise, 2.1 * noise, Math.Sqrt(Math.Max(adjusted, 0) / 8 / Math.Log(2)), differences.Max(), differences.Sum() / 2);
        var p = Math.Max(Math.Exp(-Math.Max(adjusted, 0) / noise * 3), 1e-30);
        var verdict = m < 100 ? DriftVerdict.Insufficient : adjusted >= 0.1 && p <= 0.01 ? DriftVerdict.Drift : adjusted >= 0.05 && p <= 0.01 ? DriftVerdict.Warn : DriftVerdict.Ok;
        if (rates.Any(rate => rate.Verdict == DriftVerdict.Drift) && verdict != DriftVerdict.Insufficient)
        {
            verdict = DriftVerdict.Drift;
        }

        var reason = FormattableString.Invariant($"Adjusted PSI {adjusted:0.000} against 0.1, adjusted p {Math.Min(p * 2, 1):0.0e+0}, at {m} rows.");
        return new SubjectDrift(name, kind, isCritical, verdict, reason, n, m, effect, new SignificanceTest(kind == SubjectKind.Feature && labels[^1] != "other" ? "ks" : "chi2", differences.Max(), labels[^1] != "other" ? null : labels.Length - 1, p, Math.Min(p * 2, 1), m < 200), bins, rates, null);
    }

    public static RateDrift Rate(ValueState state, long reference, long current, long n, long m)
    {
        var (was, @is) = (n == 0 ? 0 : (double)reference / n, m == 0 ? 0 : (double)current / m);
        var drifted = Math.Abs(@is - was) >= 0.01;
        return new RateDrift(state, reference, current, was, @is, new SignificanceTest("chi2", @is - was, 1, drifted ? 3e-9 : 0.41, drifted ? 2.5e-8 : 0.77, false), m < 100 ? DriftVerdict.Insufficient : drifted ? DriftVerdict.Drift : DriftVerdict.Ok);
    }

    /// <summary>Counts of a bell over the bins, moved and in all about so many.</summary>
    public static long[] Counts(int bins, double shift, double rows, Random noise)
    {
        var weights = Enumerable.Range(0, bins).Select(i => Math.Exp(shift * (i - (bins / 2d)) / bins * 2)).ToList();
        return [.. weights.Select(weight => (long)Math.Max(0, Math.Round((weight / weights.Sum() * rows) + ((noise.NextDouble() - 0.5) * Math.Sqrt(rows / bins)))))];
    }

    private static BinDrift Bin(string label, long reference, long current, long n, long m)
    {
        var (p, q) = (n == 0 ? 0 : (double)reference / n, m == 0 ? 0 : (double)current / m);
        return new BinDrift(label, reference, current, p, q, n == 0 || m == 0 ? 0 : Part(Math.Max(p, 1e-4), Math.Max(q, 1e-4)));
    }

    private static double Part(double p, double q) => (q - p) * Math.Log(q / p);
}
