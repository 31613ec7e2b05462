using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.SmokeTests.Operations;

/// <summary>What is judged of what was measured; the measuring itself is the boundary.</summary>
public sealed class OperationsTestTests : IDisposable
{
    private static readonly ServiceBinaries Service = new("nowhere", "linux-x64", Digest.OfText("service"));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("operations-");
    private readonly PackagedModel _candidate;
    private readonly PackagedModel _champion;

    public OperationsTestTests()
    {
        _candidate = Package("candidate", bytes: 1_200_000);
        _champion = Package("champion", bytes: 1_000_000);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_bound_is_for_the_upper_end_and_says_when_the_value_itself_would_pass()
    {
        var p99 = (await JudgeAsync(new FakeMeasurer(), Max(OperationMeasures.LatencyP99, 100))).Rows.Single();

        p99.Check.Should().Be("latencyP99Ms ≤ 100");
        (p99.Outcome, p99.Rows, p99.Bound).Should().Be((GateOutcome.Pass, 4_500, 100));
        p99.Value.Should().BeApproximately(Math.Exp(0.5 * 2.326), 0.3);
        p99.Interval!.Low.Should().BeLessThan(p99.Value!.Value);
        p99.Interval.High.Should().BeGreaterThan(p99.Value!.Value);

        var starts = (await JudgeAsync(new FakeMeasurer { StartMs = round => 100 + (10 * (round % 3)) }, Max(OperationMeasures.Start, 115))).Rows.Single();
        (starts.Outcome, starts.Value).Should().Be((GateOutcome.Fail, 110));
        starts.Reason.Should().Be("upper end of the interval 120.0000 > 115.0000; the value itself would pass, but it may be chance: a machine with less to do would tell");

        var below = (await JudgeAsync(new FakeMeasurer(), Max(OperationMeasures.LatencyP99, 1))).Rows.Single();
        below.Outcome.Should().Be(GateOutcome.Fail);
        below.Reason.Should().StartWith("upper end of the interval 3.").And.EndWith("> 1.0000");
    }

    [Fact]
    public async Task Where_nine_rounds_cannot_tell_there_are_27_and_one_verdict_on_all()
    {
        var measurer = new FakeMeasurer { StartMs = round => round is 1 or 2 ? 300 : 100 };
        var clear = new FakeMeasurer { StartMs = _ => 300 };

        var verdict = await JudgeAsync(measurer, Max(OperationMeasures.Start, 200));
        var refused = await JudgeAsync(clear, Max(OperationMeasures.Start, 200));

        measurer.Asked.Select(asked => asked.Rounds).Should().Equal(9, 18);
        (verdict.Passed(), verdict.Processes, verdict.Requests).Should().Be((true, 27, 13_500));
        clear.Asked.Should().ContainSingle("a value beyond the bound is no matter of chance");
        refused.Passed().Should().BeFalse();
    }

    [Fact]
    public async Task One_start_in_nine_that_the_machine_disturbed_refuses_nothing()
    {
        var once = await JudgeAsync(new FakeMeasurer { StartMs = round => round == 4 ? 5_000 : 100 + round }, Max(OperationMeasures.Start, 120));
        var often = await JudgeAsync(new FakeMeasurer { StartMs = round => round >= 7 ? 5_000 : 100 + round }, Max(OperationMeasures.Start, 120));

        once.Rows.Single().Outcome.Should().Be(GateOutcome.Pass);
        often.Rows.Single().Outcome.Should().Be(GateOutcome.Fail);
    }

    [Theory]
    [InlineData(OperationMeasures.LatencyP50)]
    [InlineData(OperationMeasures.LatencyP99)]
    [InlineData(OperationMeasures.Start)]
    [InlineData(OperationMeasures.Resident)]
    public async Task What_slows_candidate_and_champion_alike_refuses_nothing_and_what_slows_the_candidate_does(string measure)
    {
        // In a third of the rounds the machine is ten times slower: more than any model differs from another.
        FakeMeasurer Busy() => new() { Machine = round => round % 3 == 0 ? 10 : 1, StartMs = round => round % 3 == 0 ? 1_000 : 100 };
        var alike = Busy();
        var slower = Busy();
        slower.Slowness[_candidate.Digest] = 1.5;

        var passed = (await JudgeAsync(alike, [Relative(measure, 0.25)], ChampionOf("dev"))).Rows.Single();
        var refused = (await JudgeAsync(slower, [Relative(measure, 0.25)], ChampionOf("dev"))).Rows.Single();

        passed.Check.Should().Be($"{measure} at most 25 % above the champion's (dev {_champion.Digest.Abbreviated})");
        passed.Outcome.Should().Be(GateOutcome.Pass, "{0}", passed.Reason);
        passed.Bound.Should().BeApproximately(passed.Champion!.Value * 1.25, 1e-9);
        refused.Outcome.Should().Be(GateOutcome.Fail);
        refused.Reason.Should().StartWith("1.").And.Contain("the champion's");
    }

    /// <summary>Non-inferiority: at the margin a package passes by chance one time in twenty, and one that is no worse is hardly ever refused.</summary>
    [Theory]
    [InlineData(1.2, 0, 0.10)]
    [InlineData(1.0, 0.97, 1)]
    public async Task The_bound_on_the_ratio_is_kept_as_often_as_it_says(double slowness, double atLeast, double atMost)
    {
        const int Runs = 150;
        var passes = 0;
        for (var run = 0; run < Runs; run++)
        {
            var measurer = new FakeMeasurer(seed: run) { Machine = round => 1 + (round % 4) };
            measurer.Slowness[_candidate.Digest] = slowness;
            passes += (await JudgeAsync(measurer, [Relative(OperationMeasures.LatencyP99, 0.2)], ChampionOf("dev"))).Passed() ? 1 : 0;
        }

        ((double)passes / Runs).Should().BeInRange(atLeast, atMost);
    }

    [Fact]
    public async Task Sizes_are_exact()
    {
        var verdict = await JudgeAsync(
            new FakeMeasurer(),
            [Max(OperationMeasures.Package, 1.2), Max(OperationMeasures.Package, 1.1999), Relative(OperationMeasures.Package, 0.2), Relative(OperationMeasures.Package, 0.19)],
            ChampionOf("dev"));

        verdict.Rows.Select(row => row.Outcome).Should().Equal(GateOutcome.Pass, GateOutcome.Fail, GateOutcome.Pass, GateOutcome.Fail);
        verdict.Rows.Should().OnlyContain(row => row.Interval == null && row.Value == 1.2);
        verdict.Rows[3].Reason.Should().Be("1.200 times the champion's");
    }

    [Fact]
    public async Task Without_an_image_its_size_cannot_be_had()
    {
        var row = (await JudgeAsync(new FakeMeasurer(), Max(OperationMeasures.Image, 500))).Rows.Single();

        (row.Outcome, row.Reason, row.Value).Should().Be((GateOutcome.Fail, "it cannot be had: no image: --no-docker was given", null));
    }

    [Fact]
    public async Task Without_a_champion_a_comparison_passes_and_says_why()
    {
        var row = (await JudgeAsync(new FakeMeasurer(), Relative(OperationMeasures.Resident, 0.2))).Rows.Single();

        row.Outcome.Should().Be(GateOutcome.Pass);
        row.Reason.Should().StartWith("no champion yet: this is the first promotion");
    }

    [Fact]
    public async Task A_champion_whose_files_cannot_be_had_fails_and_nothing_else_does()
    {
        var lost = new Champion("dev", Digest.OfText("lost"), Digest.OfText("model"), null, "the package is neither in the store nor to be had from its image");

        var verdict = await JudgeAsync(new FakeMeasurer(), [Relative(OperationMeasures.Package, 9), Max(OperationMeasures.Package, 9)], lost);

        verdict.Rows.Select(row => row.Outcome).Should().Equal(GateOutcome.Fail, GateOutcome.Pass);
        verdict.Rows[0].Reason.Should().Be("it cannot be compared: the package is neither in the store nor to be had from its image");
    }

    [Fact]
    public async Task A_champion_that_this_service_does_not_serve_fails_but_its_size_can_be_compared()
    {
        var measurer = new FakeMeasurer { Faults = { [_champion.Digest] = "it ended: the manifest has version 9" } };

        var verdict = await JudgeAsync(measurer, [Relative(OperationMeasures.LatencyP50, 9), Relative(OperationMeasures.Package, 9)], ChampionOf("dev"));

        verdict.Rows.Select(row => row.Outcome).Should().Equal(GateOutcome.Fail, GateOutcome.Pass);
        verdict.Rows[0].Reason.Should().StartWith("it cannot be compared: this service does not serve the champion: it ended: the manifest has version 9; ");
    }

    [Fact]
    public async Task A_candidate_that_cannot_be_measured_fails_every_gate_on_time_and_memory()
    {
        var measurer = new FakeMeasurer { Faults = { [_candidate.Digest] = "it ended" } };

        var verdict = await JudgeAsync(measurer, [Max(OperationMeasures.LatencyP50, 9), Relative(OperationMeasures.Start, 9), Max("watts", 9)], ChampionOf("dev"));

        verdict.Rows.Select(row => (row.Outcome, row.Reason)).Should().OnlyContain(row => row.Outcome == GateOutcome.Fail && row.Reason == "it cannot be had: it ended");
        verdict.Requests.Should().Be(0);
    }

    [Fact]
    public async Task Stages_that_run_the_same_model_have_it_measured_once_and_a_row_each()
    {
        var measurer = new FakeMeasurer();

        var verdict = await JudgeAsync(measurer, [Relative(OperationMeasures.Resident, 0.2)], ChampionOf("dev"), ChampionOf("staging"));

        measurer.Asked.Single().Packages.Should().Equal(_candidate.Digest, _champion.Digest);
        verdict.Rows.Should().HaveCount(2).And.OnlyContain(row => row.Passed);
        verdict.Champions.Keys.Should().Equal("dev", "staging");
    }

    [Fact]
    public async Task Without_gates_the_figures_are_for_the_record_and_cost_less()
    {
        var measurer = new FakeMeasurer();

        var verdict = await JudgeAsync(measurer);

        (verdict.Passed(), verdict.Rows.Count, verdict.Processes, verdict.Requests).Should().Be((true, 0, 3, 1_500));
        measurer.Asked.Single().Rounds.Should().Be(3);
        verdict.Measures.Keys.Should().Equal("latencyP50Ms", "latencyP99Ms", "startMs", "residentMb", "packageMb", "imageMb");
        verdict.Measures["latencyP50Ms"].Value.Should().BeApproximately(1, 0.1);
    }

    [Fact]
    public async Task Same_measurements_give_the_same_verdict()
    {
        OperationGateSettings[] gates = [Max(OperationMeasures.LatencyP99, 5), Relative(OperationMeasures.LatencyP50, 0.2)];

        var first = PackageJson.Serialize(await JudgeAsync(new FakeMeasurer(), gates, ChampionOf("dev")));

        PackageJson.Serialize(await JudgeAsync(new FakeMeasurer(), gates, ChampionOf("dev"))).Should().Equal(first);
    }

    [Fact]
    public async Task A_refusal_names_each_gate_that_said_no_and_what_to_do()
    {
        var verdict = await JudgeAsync(new FakeMeasurer(), Max(OperationMeasures.Package, 1), Max(OperationMeasures.Resident, 900));

        var act = () => OperationsTest.ThrowIfRefused(verdict, _candidate);

        var refusal = act.Should().Throw<PipelineException>().Which;
        refusal.ExitCode.Should().Be(ExitCode.Refused);
        refusal.Message.Should().Contain($"bids:{_candidate.Version} is refused by its operation gates").And.Contain("packageMb ≤ 1: 1.2000 > 1.0000").And.NotContain("residentMb").And.Contain("./build.sh SmokeTest");
    }

    private static OperationGateSettings Max(string measure, double max) => new(measure, max, null);

    private static OperationGateSettings Relative(string measure, double margin) => new(measure, null, margin);

    private Champion ChampionOf(string stage) => new(stage, _champion.Digest, Digest.OfText("model"), _champion, null);

    private Task<OperationsVerdict> JudgeAsync(FakeMeasurer measurer, params OperationGateSettings[] gates) => JudgeAsync(measurer, gates, []);

    private Task<OperationsVerdict> JudgeAsync(FakeMeasurer measurer, OperationGateSettings[] gates, params Champion[] champions) =>
        new OperationsTest(measurer, new ImageSizes(engine: null, "--no-docker was given")).RunAsync(_candidate, new OperationsInputs(Service, gates, champions), TestContext.Current.CancellationToken);

    private PackagedModel Package(string name, int bytes)
    {
        var directory = _root.CreateSubdirectory(name).FullName;
        File.WriteAllBytes(Path.Combine(directory, "model.onnx"), new byte[bytes]);
        var none = Digest.OfText("none");
        var manifest = new Manifest(1, "bids", "binary", name, new FeatureSchema([]), new BinaryOutputs("yes", "no", 0.5f), new Dictionary<string, double?>(), none, none, none, new Dictionary<string, string>(), []);
        return new PackagedModel(directory, manifest, Digest.OfText(name));
    }
}
