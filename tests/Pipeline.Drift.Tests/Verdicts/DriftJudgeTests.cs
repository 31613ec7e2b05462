using System.Globalization;
using Pipeline.Drift.Statistics;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

public sealed class DriftJudgeTests
{
    private static readonly FeatureProfile Distance = FeatureProfile.OfNumbers("distance", Window.Normal(2_000, seed: 1), Window.Normal(500, seed: 2));

    private static readonly string?[] Airports = Window.Rows(("ATL", 500), ("DEN", 300), ("ORD", 180), ("JFK", 20));

    private static readonly FeatureProfile Origin = FeatureProfile.OfCategories("origin", Airports, Airports);

    [Fact]
    public void Rows_of_the_same_law_do_not_drift_and_everything_measured_is_told()
    {
        var window = DriftJudge.Judge(
            Window.Reference(Distance, Origin),
            Window.Live(Window.Numbers(Distance, Window.Normal(300, seed: 3)), Window.Categories(Origin, Airports, Window.Rows(("ATL", 151), ("DEN", 89), ("ORD", 53), ("JFK", 7)))),
            DriftPolicy.Default);

        window.Verdict.Should().Be(DriftVerdict.Ok);
        window.Reason.Should().Be("no drift in 2 of 2 comparisons");
        window.Rows.Should().Be(300);
        window.Subjects.Select(subject => subject.Name).Should().Equal("distance", "origin");
        var (distance, origin) = (window.Subjects[0], window.Subjects[1]);
        distance.Should().BeEquivalentTo(new { Kind = SubjectKind.Feature, IsCritical = false, Verdict = DriftVerdict.Ok, ReferenceRows = 2_000, CurrentRows = 300 });
        distance.Reason.Should().StartWith("distance did not drift: adjusted PSI ").And.Contain(" < 0.05, adjusted p ");
        distance.Effect!.NoiseFloor.Should().BeApproximately(((1 / 2_000d) + (1 / 300d)) * 9, 1e-12);
        distance.Effect.SmallestDetectablePsi.Should().BeInRange(0.05, 0.15);
        distance.Effect.Psi.Should().BeApproximately(distance.Bins.Sum(bin => bin.Contribution), 1e-12);
        distance.Test!.Name.Should().Be("ks");
        origin.Test!.Should().BeEquivalentTo(new { Name = "chi2", DegreesOfFreedom = 3 });
        origin.Bins.Select(bin => bin.Label).Should().Equal("ATL", "DEN", "ORD", "JFK", "other");
        distance.Rates.Select(rate => rate.State).Should().Equal(ValueState.Missing, ValueState.NotFinite, ValueState.BelowRange, ValueState.AboveRange, ValueState.Unseen);
    }

    [Fact]
    public void A_shift_of_half_a_standard_deviation_is_drift_at_300_rows_and_that_of_a_thirtieth_is_not_at_100_000()
    {
        var distance = FeatureProfile.OfNumbers("distance", Window.Normal(100_000, seed: 1), []);

        var shifted = Judge(distance, Window.Numbers(distance, Window.Normal(300, seed: 3, mean: 0.5)));
        var hardly = Judge(distance, Window.Numbers(distance, Window.Normal(100_000, seed: 3, mean: 0.033)));

        shifted.Verdict.Should().Be(DriftVerdict.Drift);
        hardly.Test!.AdjustedPValue.Should().BeLessThan(0.01);
        hardly.Verdict.Should().Be(DriftVerdict.Ok);
    }

    [Fact]
    public void The_reason_of_drift_has_the_numbers_that_decided_and_the_bin_that_did_it()
    {
        var window = DriftJudge.Judge(
            Window.Reference(Distance, Origin),
            Window.Live(Window.Numbers(Distance, Window.Normal(1_000, seed: 3)), Window.Categories(Origin, Airports, Window.Rows(("ATL", 400), ("DEN", 300), ("ORD", 180), ("JFK", 120)))),
            DriftPolicy.Default);

        window.Subjects[1].Reason.Should().Be("origin drifted: adjusted PSI 0.193 ≥ 0.1, adjusted p 3e-17; most from JFK (2 % → 12 %)");
        window.Reason.Should().Be($"1 of 2 features drifted: {window.Subjects[1].Reason}");
        window.Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Theory]
    [InlineData(1e-5)]
    [InlineData(3e-7)]
    public void A_number_just_below_its_threshold_is_not_rounded_to_it(double distance)
    {
        var current = Window.Categories(Origin, Airports, Window.Rows(("ATL", 400), ("DEN", 300), ("ORD", 180), ("JFK", 120)));
        var psi = Judge(Origin, current).Effect!.AdjustedPsi;

        var subject = Judge(Origin, current, DriftPolicy.Default with { DriftPsi = psi + distance });

        subject.Verdict.Should().Be(DriftVerdict.Warn);
        double.Parse(subject.Reason.Split("adjusted PSI ")[1].Split(' ')[0], CultureInfo.InvariantCulture).Should().BeLessThan(psi + distance).And.BeApproximately(psi, 1e-3);
    }

    [Fact]
    public void A_negative_size_that_rounds_to_zero_has_no_sign()
    {
        var reasons = Enumerable.Range(1, 50).Select(seed => Judge(Distance, Window.Numbers(Distance, Window.Normal(2_000, seed))).Reason).ToList();

        reasons.Should().Contain(reason => reason.Contains("adjusted PSI 0 <", StringComparison.Ordinal)).And.NotContain(reason => reason.Contains("PSI -0 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Values_that_are_missing_are_judged_though_no_value_is_in_a_bin()
    {
        var subject = Judge(Distance, Window.Numbers(Distance, Enumerable.Repeat(float.NaN, 200)));

        subject.Verdict.Should().Be(DriftVerdict.Drift);
        subject.Effect.Should().BeNull();
        subject.Test.Should().BeNull();
        subject.Reason.Should().StartWith("distance drifted: missing 0 % → 100 %, adjusted p ");
        subject.Bins.Should().HaveCount(10).And.OnlyContain(bin => bin.CurrentShare == 0 && bin.Contribution == 0);
    }

    [Fact]
    public void A_rate_needs_a_difference_of_its_floor()
    {
        var training = Enumerable.Repeat(float.NaN, 1_000).Concat(Window.Normal(99_000, seed: 1)).ToArray();
        var profile = FeatureProfile.OfNumbers("delay", training, []);

        var less = Judge(profile, Window.Numbers(profile, Enumerable.Repeat(float.NaN, 1_900).Concat(Window.Normal(98_100, seed: 2))));
        var more = Judge(profile, Window.Numbers(profile, Enumerable.Repeat(float.NaN, 2_100).Concat(Window.Normal(97_900, seed: 2))));

        less.Rates[0].Test.AdjustedPValue.Should().BeLessThan(1e-10);
        less.Verdict.Should().Be(DriftVerdict.Ok);
        more.Rates[0].Should().BeEquivalentTo(new { State = ValueState.Missing, Reference = 1_000, Current = 2_100, ReferenceRate = 0.01, CurrentRate = 0.021, Verdict = DriftVerdict.Drift });
        more.Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Theory]
    [InlineData(4f, 5f)]
    [InlineData(5f, 4f)]
    public void A_constant_that_changes_is_drift_in_either_direction(float before, float now)
    {
        var profile = FeatureProfile.OfNumbers("version", [.. Enumerable.Repeat(before, 1_000)], []);

        Judge(profile, Window.Numbers(profile, Enumerable.Repeat(now, 100))).Verdict.Should().Be(DriftVerdict.Drift);
        Judge(profile, Window.Numbers(profile, Enumerable.Repeat(before, 100))).Should().BeEquivalentTo(new { Verdict = DriftVerdict.Ok, Effect = new { Psi = 0, AdjustedPsi = 0, SmallestDetectablePsi = 0 } });
    }

    [Fact]
    public void One_row_of_a_new_category_is_no_drift_and_a_tenth_of_all_is()
    {
        var one = Judge(Origin, Window.Categories(Origin, Airports, [.. Airports, "LAX"]));
        var tenth = Judge(Origin, Window.Categories(Origin, Airports, [.. Airports, .. Window.Rows(("LAX", 111))]));

        one.Verdict.Should().Be(DriftVerdict.Ok);
        tenth.Verdict.Should().Be(DriftVerdict.Drift);
        tenth.Reason.Should().Contain("not seen in training 0 % → 10 %");
        tenth.Effect!.AdjustedPsi.Should().BeGreaterThan(0.1);
    }

    [Fact]
    public void Identifiers_that_hardly_come_twice_do_not_drift_by_being_new()
    {
        var random = new Random(5);
        string?[] training = Draw(2_000), test = Draw(500);
        var profile = FeatureProfile.OfCategories("tail number", training, test);

        var subject = Judge(profile, Window.Categories(profile, training, Draw(500)));

        subject.Rates.Single(rate => rate.State == ValueState.Unseen).Should().Match<RateDrift>(rate => rate.ReferenceRate > 0.9 && rate.CurrentRate > 0.9 && rate.Verdict == DriftVerdict.Ok);
        subject.Verdict.Should().Be(DriftVerdict.Ok);

        string?[] Draw(int rows) => [.. Enumerable.Range(0, rows).Select(_ => $"N{random.Next(100_000)}")];
    }

    [Fact]
    public void Too_few_rows_are_said_to_be_too_few()
    {
        var few = DriftJudge.Judge(Window.Reference(Distance), Window.Live(Window.Numbers(Distance, Window.Normal(99, seed: 3, mean: 3))), DriftPolicy.Default);
        var none = DriftJudge.Judge(Window.Reference(Distance), Window.Live(), DriftPolicy.Default);

        few.Should().BeEquivalentTo(new { Verdict = DriftVerdict.Insufficient, Reason = "99 rows came, and 100 are needed" });
        few.Subjects[0].Should().BeEquivalentTo(new { Verdict = DriftVerdict.Insufficient, Reason = "distance came in 99 rows, and 100 are needed", Test = new { AdjustedPValue = 1 } });
        few.Subjects[0].Effect!.Psi.Should().BeGreaterThan(1);
        none.Verdict.Should().Be(DriftVerdict.Insufficient);
        none.Subjects[0].Reason.Should().Be("distance did not come at all");
        DriftJudge.Judge(Window.Reference(Distance), Window.Live(Window.Numbers(Distance, Window.Normal(30, seed: 3, mean: 3))), DriftPolicy.Default with { MinRows = 30 })
            .Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Fact]
    public void A_feature_that_does_not_come_is_told_and_the_others_are_judged()
    {
        var window = DriftJudge.Judge(Window.Reference(Distance, Origin), Window.Live(Window.Numbers(Distance, Window.Normal(300, seed: 3))), DriftPolicy.Default);

        window.Subjects[1].Should().BeEquivalentTo(new { Verdict = DriftVerdict.Insufficient, Reason = "origin did not come at all", Effect = (EffectSize?)null, CurrentRows = 0 });
        window.Verdict.Should().Be(DriftVerdict.Ok);
        window.Reason.Should().Be("no drift in 1 of 2 comparisons; not judged: origin did not come at all");
    }

    [Fact]
    public void A_few_values_among_many_missing_ones_are_not_compared_if_it_was_so_before()
    {
        var mostlyMissing = Enumerable.Repeat(float.NaN, 1_960).Concat(Window.Normal(40, seed: 1)).ToArray();
        var profile = FeatureProfile.OfNumbers("gate change", mostlyMissing, []);

        var subject = Judge(profile, Window.Numbers(profile, Enumerable.Repeat(float.NaN, 490).Concat(Window.Normal(10, seed: 2, sigma: 0.3))));

        subject.Verdict.Should().Be(DriftVerdict.Insufficient);
        subject.Reason.Should().Be("gate change has 10 values, and 100 are needed; its rates did not drift");
    }

    [Fact]
    public void All_tests_of_a_window_are_corrected_together()
    {
        var features = Enumerable.Range(0, 12).Select(index => Distance with { Name = $"f{index}" }).ToArray();
        var current = features.Select((feature, index) => Window.Numbers(feature, Window.Normal(400, seed: index + 10, mean: index == 0 ? 0.6 : 0))).ToArray();

        var window = DriftJudge.Judge(Window.Reference(features), Window.Live(current), DriftPolicy.Default);

        var tests = window.Subjects.SelectMany(subject => subject.Rates.Where(rate => rate.Reference + rate.Current > 0).Select(rate => rate.Test).Append(subject.Test!)).ToList();
        tests.Count.Should().BeGreaterThan(12);
        tests.Select(test => test.AdjustedPValue).Should().Equal(BenjaminiHochberg.Adjust([.. tests.Select(test => test.PValue)]), (actual, expected) => Math.Abs(actual - expected) <= 1e-12);
        window.Subjects[0].Test!.AdjustedPValue.Should().BeGreaterThan(window.Subjects[0].Test!.PValue);
        window.Subjects.SelectMany(subject => subject.Rates).Where(rate => rate.Reference + rate.Current == 0).Should().OnlyContain(rate => rate.Test.AdjustedPValue == 1);
    }

    [Fact]
    public void Distances_of_samples_are_shown_and_decide_nothing()
    {
        var current = Window.Live(Window.Numbers(Distance, Window.Normal(300, seed: 3)));
        var samples = new Dictionary<string, SampleDistance> { ["distance"] = new(1, 0, 1e9, 1e9) };

        var without = DriftJudge.Judge(Window.Reference(Distance), current, DriftPolicy.Default);
        var with = DriftJudge.Judge(Window.Reference(Distance), current, DriftPolicy.Default, samples);

        with.Subjects[0].Samples.Should().Be(samples["distance"]);
        with.Should().BeEquivalentTo(without, o => o.For(window => window.Subjects).Exclude(subject => subject.Samples));
    }

    [Fact]
    public void Labels_that_are_numbers_are_compared_with_the_test_rows_and_a_model_of_them_has_no_predicted_label()
    {
        var target = FeatureProfile.OfNumbers("fare", Window.Normal(2_000, seed: 4, mean: 0.5), Window.Normal(1_000, seed: 5));
        var numbers = PredictionProfile.Of(new ScoredAnswers([], []), new ScoredAnswers(Window.Normal(1_000, seed: 6), []), labels: []);
        var reference = Window.Reference(Distance) with { Predictions = numbers, Target = target };
        var live = Window.Live(Window.Numbers(Distance, Window.Normal(500, seed: 7)));

        var calm = DriftJudge.Judge(reference, live with { Predictions = numbers.Test, Target = Window.Numbers(target, Window.Normal(500, seed: 8)).Counts }, DriftPolicy.Default);
        var moved = DriftJudge.Judge(reference, live with { Predictions = numbers.Test, Target = Window.Numbers(target, Window.Normal(500, seed: 8, mean: 1)).Counts }, DriftPolicy.Default);
        var misfit = () => DriftJudge.Judge(reference, live with { Target = Window.Numbers(Distance, [1]).Counts with { Bins = [1] } }, DriftPolicy.Default);

        calm.Subjects.Select(subject => (subject.Name, subject.Kind)).Should().Equal(("distance", SubjectKind.Feature), ("prediction", SubjectKind.Prediction), ("label", SubjectKind.Label));
        calm.Verdict.Should().Be(DriftVerdict.Ok);
        moved.Subjects[^1].Verdict.Should().Be(DriftVerdict.Drift);
        moved.Subjects[^1].Test!.Name.Should().Be("ks");
        misfit.Should().Throw<ProfileMismatchException>().WithMessage("The label has 10 bins in the reference, and the window has 1 counts.");
    }

    [Fact]
    public void Of_very_many_labels_the_common_ones_have_a_bin_and_the_others_one_together()
    {
        var labels = Enumerable.Range(0, 1_000).Select(i => $"c{i:000}").ToArray();
        var counts = new PredictionCounts([10_000], labels.Select((label, i) => (label, Count: i < 80 ? 100L - i : 1)).ToDictionary(pair => pair.label, pair => pair.Count));
        var reference = Window.Reference(Distance) with { Predictions = new PredictionProfile(new QuantileBins([]), counts, counts) };
        var live = Window.Live(Window.Numbers(Distance, Window.Normal(2_000, seed: 7)));

        var calm = DriftJudge.Judge(reference, live with { Predictions = counts }, DriftPolicy.Default).Subjects[^1];
        var moved = DriftJudge.Judge(reference, live with { Predictions = counts with { Labels = labels.ToDictionary(label => label, _ => 5L) } }, DriftPolicy.Default).Subjects[^1];

        calm.Bins.Should().HaveCount(51);
        calm.Bins[0].Label.Should().Be("c000");
        calm.Bins[^1].Should().BeEquivalentTo(new { Label = "950 other labels", Reference = calm.Bins[^1].Current });
        calm.Verdict.Should().Be(DriftVerdict.Ok);
        moved.Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Fact]
    public void Edges_are_written_as_short_as_they_can_be_told_apart()
    {
        Labels(new QuantileBins([-0.29209379999999996, 3.5, 1_500_000])).Should().Equal("≤ -0.2920938", "(-0.2920938, 3.5]", "(3.5, 1500000]", "> 1500000");
        Labels(new QuantileBins([1, 1.00000001])).Should().Equal("≤ 1", "(1, 1.00000001]", "> 1.00000001");
        Labels(new QuantileBins([])).Should().Equal("all");
        Labels(new ValueBins([0, 0.5f])).Should().Equal("0", "0.5", "other");

        static IEnumerable<string> Labels(NumericBins bins)
        {
            var counts = new FeatureCounts(new long[bins.Count], 0, 0, 0, 0, 0);
            var profile = new FeatureProfile("x", bins, 0, 1, counts, counts);
            return DriftJudge.Judge(Window.Reference(profile), Window.Live(), DriftPolicy.Default).Subjects[0].Bins.Select(bin => bin.Label);
        }
    }

    private static SubjectDrift Judge(FeatureProfile profile, (string Name, FeatureCounts Counts) current, DriftPolicy? policy = null) =>
        DriftJudge.Judge(Window.Reference(profile), Window.Live(current), policy ?? DriftPolicy.Default).Subjects[0];
}
