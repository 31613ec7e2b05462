using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

public sealed class WindowVerdictTests
{
    private static readonly string?[] Airports = Window.Rows(("ATL", 500), ("DEN", 500));

    private static readonly FeatureProfile[] Features = [.. new[] { "from", "to", "via", "home" }.Select(name => FeatureProfile.OfCategories(name, Airports, Airports))];

    private static readonly ReferenceProfile Reference = Window.Reference(Features) with
    {
        Predictions = new PredictionProfile(
            new QuantileBins([0.5]),
            new PredictionCounts([900, 100], new Dictionary<string, long> { ["late"] = 100, ["on time"] = 900 }),
            new PredictionCounts([500, 500], new Dictionary<string, long> { ["late"] = 400, ["on time"] = 600 })),
    };

    [Fact]
    public void By_default_any_feature_that_drifts_makes_the_window_drift()
    {
        var window = Judge(DriftPolicy.Default, 800, 500, 500, 500);

        window.Verdict.Should().Be(DriftVerdict.Drift);
        window.Reason.Should().Be($"1 of 4 features drifted: {window.Subjects[0].Reason}");
    }

    [Fact]
    public void Drift_of_no_more_than_the_allowed_share_of_features_is_a_warning()
    {
        var policy = DriftPolicy.Default with { MaxDriftedShare = 0.25 };

        Judge(policy, 800, 500, 500, 500).Should().Match<WindowDrift>(window => window.Verdict == DriftVerdict.Warn
            && window.Reason.StartsWith("1 of 4 features drifted, which the policy takes for a warning up to 25 % of them: from drifted: ", StringComparison.Ordinal));
        Judge(policy, 800, 500, 800, 500).Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Fact]
    public void A_critical_feature_makes_the_window_drift_alone()
    {
        var policy = DriftPolicy.Default with { MaxDriftedShare = 0.25, CriticalFeatures = ["to"] };

        Judge(policy, 800, 500, 500, 500).Verdict.Should().Be(DriftVerdict.Warn);
        var window = Judge(policy, 500, 800, 500, 500);
        window.Verdict.Should().Be(DriftVerdict.Drift);
        window.Subjects.Select(subject => subject.IsCritical).Should().Equal(false, true, false, false);
    }

    [Fact]
    public void A_difference_between_both_sizes_is_a_warning()
    {
        var window = Judge(DriftPolicy.Default, 500, 500, 630, 500);

        window.Verdict.Should().Be(DriftVerdict.Warn);
        window.Subjects[2].Reason.Should().Be("via differs: adjusted PSI 0.067 ≥ 0.05, below 0.1, adjusted p 2e-8; most from DEN (50 % → 37 %)");
        window.Reason.Should().Be(window.Subjects[2].Reason);
    }

    [Fact]
    public void A_difference_that_may_be_chance_is_none()
    {
        var counts = new FeatureCounts([64, 36, 0], 0, 0, 0, 0, 0);

        var window = DriftJudge.Judge(Reference, Window.Live([.. Features.Select(feature => (feature.Name, counts with { Bins = feature.Name == "to" ? counts.Bins : [50, 50, 0] }))]), DriftPolicy.Default);

        window.Verdict.Should().Be(DriftVerdict.Ok);
        window.Subjects[1].Reason.Should().Be("to did not drift: adjusted PSI 0.068 may be chance, adjusted p 0.03 > 0.01");
    }

    [Fact]
    public void Predictions_are_compared_with_the_test_rows_and_labels_with_what_is_given()
    {
        var labels = new Dictionary<string, long> { ["late"] = 450, ["on time"] = 550 };
        var current = Live(500, 500, 500, 500) with { Predictions = new PredictionCounts([480, 520], new Dictionary<string, long> { ["late"] = 410, ["on time"] = 590 }), Labels = labels };

        var calm = DriftJudge.Judge(Reference, current, DriftPolicy.Default, referenceLabels: new Dictionary<string, long> { ["late"] = 460, ["on time"] = 540 });
        var changed = DriftJudge.Judge(Reference, current, DriftPolicy.Default with { MaxDriftedShare = 1 }, referenceLabels: new Dictionary<string, long> { ["late"] = 200, ["on time"] = 800 });

        calm.Verdict.Should().Be(DriftVerdict.Ok);
        calm.Subjects.Skip(4).Select(subject => (subject.Name, subject.Kind, subject.Test!.Name)).Should().Equal(
            ("prediction", SubjectKind.Prediction, "ks"), ("predicted label", SubjectKind.PredictedLabel, "chi2"), ("label", SubjectKind.Label, "chi2"));
        calm.Subjects[4].Bins.Select(bin => bin.Label).Should().Equal("≤ 0.5", "> 0.5");
        calm.Subjects[5].Bins.Select(bin => bin.Reference).Should().Equal(400, 600);
        changed.Verdict.Should().Be(DriftVerdict.Drift);
        changed.Reason.Should().StartWith("label drifted: adjusted PSI ");
        DriftJudge.Judge(Reference, current, DriftPolicy.Default).Subjects.Should().HaveCount(6, "labels need a reference");
    }

    [Fact]
    public void A_label_that_nobody_knew_is_drift()
    {
        var current = Live(500, 500, 500, 500) with { Predictions = new PredictionCounts([500, 500], new Dictionary<string, long> { ["late"] = 300, ["on time"] = 500, ["cancelled"] = 200 }) };

        var window = DriftJudge.Judge(Reference, current, DriftPolicy.Default);

        window.Verdict.Should().Be(DriftVerdict.Drift);
        window.Subjects[5].Reason.Should().EndWith("most from cancelled (0 % → 20 %)");
    }

    [Fact]
    public void Counts_of_other_bins_are_refused_with_the_feature_and_both_numbers()
    {
        Judging(Live(500, 500, 500, 500) with { Features = new Dictionary<string, FeatureCounts> { ["to"] = new([1, 2], 0, 0, 0, 0, 0) } })
            .Should().Throw<ProfileMismatchException>().WithMessage("Feature 'to' has 3 bins in the reference, and the window has 2 counts.");
        Judging(Live(500, 500, 500, 500) with { Features = new Dictionary<string, FeatureCounts> { ["destination"] = new([1, 2, 0], 0, 0, 0, 0, 0) } })
            .Should().Throw<ProfileMismatchException>().WithMessage("The reference has no feature 'destination'; it has from, to, via, home.");
        Judging(Live(500, 500, 500, 500) with { Features = new Dictionary<string, FeatureCounts> { ["to"] = new([1, -2, 1], 0, 0, 0, 0, 0) } })
            .Should().Throw<ProfileMismatchException>().WithMessage("Feature 'to' has a count below 0 in the window.");
        Judging(Live(500, 500, 500, 500) with { Features = new Dictionary<string, FeatureCounts> { ["to"] = new([1, 0, 1], 0, 0, 0, 0, 9) } })
            .Should().Throw<ProfileMismatchException>().WithMessage("Feature 'to' has counts below 0, or more rows out of range*");
        Judging(Live(500, 500, 500, 500) with { Predictions = new PredictionCounts([1], new Dictionary<string, long>()) })
            .Should().Throw<ProfileMismatchException>().WithMessage("The prediction has 2 bins in the reference, and the window has 1 counts.");
        Judging(Live(500, 500, 500, 500), DriftPolicy.Default with { CriticalFeatures = ["gate"] }).Should().Throw<ProfileMismatchException>().WithMessage("*no feature 'gate'*");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_counts_whatever_give_a_number_that_is_none(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var reference = Window.Reference([.. Enumerable.Range(0, 4).Select(index =>
            {
                FeatureBins bins = index switch { 0 => new QuantileBins([1, 2, 3]), 1 => new ValueBins([1, 2]), 2 => new CategoryBins([]), _ => new CategoryBins(["a", "b", "c"]) };
                return new FeatureProfile(index.ToString(System.Globalization.CultureInfo.InvariantCulture), bins, 0, 4, Counts(bins), Counts(bins));
            })]);

            var window = DriftJudge.Judge(reference, Window.Live([.. reference.Features.Select(feature => (feature.Name, Counts(feature.Bins)))]), DriftPolicy.Default);

            foreach (var subject in window.Subjects)
            {
                double[] numbers =
                [
                    .. subject.Bins.SelectMany(bin => new[] { bin.ReferenceShare, bin.CurrentShare, bin.Contribution }),
                    .. subject.Rates.SelectMany(rate => new[] { rate.ReferenceRate, rate.CurrentRate, rate.Test.Statistic, rate.Test.PValue, rate.Test.AdjustedPValue }),
                    .. subject.Effect is { } e ? new[] { e.Psi, e.AdjustedPsi, e.NoiseFloor, e.SmallestDetectablePsi, e.JensenShannon, e.LInfinity, e.TotalVariation } : [],
                    .. subject.Test is { } test ? new[] { test.Statistic, test.PValue, test.AdjustedPValue } : [],
                ];
                numbers.Should().OnlyContain(number => double.IsFinite(number));
                subject.Reason.Should().NotContainAny("NaN", "∞", "Infinity");
            }
        }

        FeatureCounts Counts(FeatureBins bins)
        {
            long[] counts = [.. Enumerable.Range(0, bins.Count).Select(_ => Any())];
            return new FeatureCounts(counts, Any(), Any(), random.NextInt64(counts[0] + 1), 0, random.NextInt64(counts[^1] + 1) * (counts.Length > 1 ? 1 : 0));
        }

        long Any() => random.Next(3) switch { 0 => 0, 1 => random.Next(200), _ => random.NextInt64(1_000_000_000_000) };
    }

    private static Action Judging(LiveProfile current, DriftPolicy? policy = null) => () => DriftJudge.Judge(Reference, current, policy ?? DriftPolicy.Default);

    private static WindowDrift Judge(DriftPolicy policy, params int[] fromAtlanta) => DriftJudge.Judge(Reference, Live(fromAtlanta), policy);

    // Of 1,000 rows so many are of ATL, the rest of DEN.
    private static LiveProfile Live(params int[] fromAtlanta) =>
        Window.Live([.. Features.Zip(fromAtlanta, (feature, count) => (feature.Name, new FeatureCounts([count, 1_000 - count, 0], 0, 0, 0, 0, 0)))]);
}
