using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Engine;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

public sealed class WaiverTests(TrainedStore trained) : IDisposable
{
    private const string Good = """
        gate: "ece ≤ 0.08"
        model: sha256:0000000000000000000000000000000000000000000000000000000000000001
        reason: "the season changes"
        approvedBy: "Jane <jane@example.org>"
        from: 2026-11-01
        expires: 2026-12-01

        """;

    private static readonly DateOnly Today = new(2026, 11, 23);

    private readonly Stages _stages = trained.Copy();

    private ModelDefinition Strict => _stages.Definition with { Gates = [new MetricGateSettings(BinaryMetricNames.RocAuc, 0.999, null, null), new MetricGateSettings(BinaryMetricNames.LogLoss, null, 5, null)] };

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_waived_gate_lets_this_model_through_and_stays_on_record()
    {
        var (_, candidate, _) = await _stages.EvaluateAsync(Strict);
        var waiver = Of("rocAuc ≥ 0.999", candidate.Digest);
        _stages.Waivers = WaiversInForce.Of([waiver], candidate.Digest, Today);

        var pass = await _stages.GateAsync(Strict);

        var row = pass.Verdict.Rows[1];
        row.Should().BeEquivalentTo(new { Outcome = GateOutcome.Waived, OutcomeText = "WAIVED", Passed = true, Waiver = waiver });
        row.Reason.Should().StartWith("lower end of the interval 0.").And.EndWith("< 0.9990; waived by Jane until 2026-11-30: the season changes");
        pass.Verdict.Outcome().Should().Be(GateOutcome.Waived);
        Digest.Of(PackageJson.Serialize(pass.Verdict)).Should().Be(pass.EvidenceDigest, "the record of a promotion names it");
        var page = await File.ReadAllTextAsync(Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name, "report.html"), TestContext.Current.CancellationToken);
        page.Should().Contain("<strong>PASS BY WAIVER</strong>").And.Contain("4 of 5 gates are fulfilled; the others are waived for this model: rocAuc ≥ 0.999 (");
    }

    [Fact]
    public async Task It_ends_on_its_day_though_a_pass_by_it_is_in_the_store()
    {
        var (_, candidate, _) = await _stages.EvaluateAsync(Strict);
        var waiver = Of("rocAuc ≥ 0.999", candidate.Digest);
        _stages.Waivers = WaiversInForce.Of([waiver], candidate.Digest, waiver.Expires.AddDays(-1));
        await _stages.GateAsync(Strict);

        _stages.Waivers = WaiversInForce.Of([waiver], candidate.Digest, waiver.Expires);
        var act = () => _stages.GateAsync(Strict);

        (await act.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain($"; its waiver {waiver.Name} held from 2026-11-01 to 2026-11-30");
    }

    [Fact]
    public void It_is_for_one_model_and_one_gate()
    {
        var (one, other) = (Digest.OfText("one"), Digest.OfText("other"));
        GateRow[] rows = [new GateRow("ece ≤ 0.08", 100, GateOutcome.Fail, "0.09"), new GateRow("ece ≤ 0.09", 100, GateOutcome.Fail, "0.10"), new GateRow("f1 ≥ 0.1", 100, GateOutcome.Pass, "0.2")];

        WaiversInForce.Of([Of("ece ≤ 0.08", other)], one, Today).Apply(rows).Select(row => row.Outcome).Should().Equal(GateOutcome.Fail, GateOutcome.Fail, GateOutcome.Pass);
        WaiversInForce.Of([Of("ece ≤ 0.08", one), Of("f1 ≥ 0.1", one)], one, Today).Apply(rows).Select(row => row.Outcome).Should().Equal(GateOutcome.Waived, GateOutcome.Fail, GateOutcome.Pass);
    }

    [Fact]
    public async Task One_that_nobody_needs_is_told()
    {
        var (_, candidate, _) = await _stages.EvaluateAsync();
        _stages.Waivers = WaiversInForce.Of([Of("rocAuc ≥ 0.6", candidate.Digest)], candidate.Digest, Today);

        await _stages.GateAsync();

        _stages.Fixture.Log.Should().ContainMatch("*Gate: the waiver w-1 is not needed: 'rocAuc ≥ 0.6' is fulfilled, or no longer asked. Remove it.*");
    }

    [Fact]
    public async Task One_of_an_operation_gate_is_for_the_smoke_test_to_tell_of()
    {
        var (_, candidate, _) = await _stages.EvaluateAsync();
        _stages.Waivers = WaiversInForce.Of([Of("latencyP99Ms ≤ 20", candidate.Digest)], candidate.Digest, Today);

        await _stages.GateAsync();
        _stages.Fixture.Log.Should().NotContainMatch("*the waiver*");

        _stages.Waivers.TellNotNeeded(_stages.Runner.Log, "SmokeTest", [new GateRow("latencyP99Ms ≤ 20", 100, GateOutcome.Pass, "1 ≤ 20")], areOfOperations: true);
        _stages.Fixture.Log.Should().ContainMatch("*SmokeTest: the waiver w-1 is not needed: 'latencyP99Ms ≤ 20' is fulfilled*");
    }

    [Fact]
    public void A_file_of_another_extension_is_told_and_not_passed_over()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_stages.ModelDirectory, WaiverFiles.Folder)).FullName;
        File.WriteAllText(Path.Combine(folder, "season.yml"), Good);

        var read = () => WaiverFiles.Read(_stages.ModelDirectory);

        read.Should().Throw<PipelineException>().WithMessage("*\n  season.yml: is not read; rename it to season.yaml").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public void A_file_reads_back_as_it_was_written_and_never_takes_anothers_place()
    {
        var waiver = Of("rocAuc ≥ 0.62", Digest.OfText("model")) with { Reason = "a \"quoted\" reason: # with \\ and ünï", Name = "abc" };

        var first = WaiverFiles.Write(_stages.ModelDirectory, waiver);
        var second = WaiverFiles.Write(_stages.ModelDirectory, waiver);

        second.Should().NotBe(first);
        WaiverFiles.Read(_stages.ModelDirectory).Should().BeEquivalentTo([waiver with { Name = "abc-1" }, waiver with { Name = "abc-2" }]);
    }

    [Theory]
    [InlineData("gate: \"ece ≤ 0.08\"\n", "", "bad.yaml:1:1 gate: is missing; add it")]
    [InlineData("reason: \"the season changes\"", "reason:", "bad.yaml:3:8 reason: must be a text; it is empty")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000001", "latest", "bad.yaml:2:8 model: 'latest' must be the digest of a model.onnx*")]
    [InlineData("expires: 2026-12-01", "expires: 2027-12-01", "bad.yaml:6:10 expires: must be at most 90 days after from*")]
    [InlineData("expires: 2026-12-01", "expires: 2026-11-01", "bad.yaml:6:10 expires: must be later than from (2026-11-01)*")]
    [InlineData("expires: 2026-12-01", "until: 2026-12-01", "bad.yaml:1:1 expires: is missing; add it")]
    [InlineData("gate: \"ece ≤ 0.08\"", "gate: [", "*This is not YAML*")]
    public void A_faulty_file_is_told_before_anything_runs(string passage, string replacement, string fault)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_stages.ModelDirectory, WaiverFiles.Folder)).FullName;
        Good.Should().Contain(passage);
        File.WriteAllText(Path.Combine(folder, "good.yaml"), Good);
        File.WriteAllText(Path.Combine(folder, "bad.yaml"), Good.Replace(passage, replacement, StringComparison.Ordinal));

        var create = () => _stages.NewDelivery();

        create.Should().Throw<PipelineException>().WithMessage($"The waivers in {folder} cannot be read (file:line:column setting: what is wrong):\n  {fault}*").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("rocAuc ≥ 0.999", "rocAuc ≥ 0.999")]
    [InlineData("LOGLOSS", "logLoss ≤ 0.1")]
    [InlineData("roc", null)]
    [InlineData("f1", null)]
    public void A_gate_is_named_by_the_beginning_of_what_it_asks(string written, string? found)
    {
        GateRow[] rows = [new("rocAuc ≥ 0.999", 1, GateOutcome.Fail, ""), new("rocAuc ≥ 0.9", 1, GateOutcome.Fail, ""), new("logLoss ≤ 0.1", 1, GateOutcome.Fail, ""), new("logLoss ≤ 0.1", 1, GateOutcome.Fail, ""), new("f1 ≥ 0.1", 1, GateOutcome.Pass, "")];

        var find = () => new WaiveOptions(written, "a reason", Today).Find(rows);

        if (found is null)
        {
            find.Should().Throw<PipelineException>().Which.ExitCode.Should().Be(ExitCode.Usage);
            return;
        }

        find().Check.Should().Be(found);
    }

    [Theory]
    [InlineData(null, "a reason", "2026-12-01")]
    [InlineData("ece", null, "2026-12-01")]
    [InlineData("ece", "a reason", null)]
    [InlineData("ece", "a reason", "1.12.2026")]
    [InlineData("ece", "a reason", "2026-11-23")]
    [InlineData("ece", "a reason", "2027-02-22")]
    public void Without_a_gate_a_reason_and_a_day_that_is_not_far_nothing_is_waived(string? gate, string? reason, string? expires)
    {
        var parse = () => WaiveOptions.Parse(gate, reason, expires, Today);

        parse.Should().Throw<PipelineException>().Which.ExitCode.Should().Be(ExitCode.Usage);
        WaiveOptions.Parse("ece", "a reason", "2027-02-21", Today).Expires.Should().Be(new DateOnly(2027, 2, 21));
    }

    [Fact]
    public async Task Waive_records_who_lets_what_through_and_the_next_run_passes_by_it()
    {
        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("rocAuc, min: 0.6 ", "rocAuc, min: 0.999 ", StringComparison.Ordinal));
        var token = TestContext.Current.CancellationToken;
        var delivery = _stages.NewDelivery(waive: new WaiveOptions("rocAuc ≥", "a reason", DateOnly.FromDateTime(DateTime.UtcNow).AddDays(7)));
        var dataset = await delivery.PrepareDataAsync(token);
        var candidate = await delivery.TrainAsync(dataset, token);
        var evaluation = await delivery.EvaluateAsync(dataset, candidate, token);
        var refused = () => delivery.GateAsync(dataset, candidate, evaluation, token);
        (await refused.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain("./build.sh Waive --model bids --waived-gate ");

        await delivery.WaiveAsync(dataset, candidate, evaluation, token);

        var waiver = WaiverFiles.Read(_stages.ModelDirectory).Should().ContainSingle().Which;
        waiver.Should().BeEquivalentTo(new { Gate = "rocAuc ≥ 0.999", Model = candidate.Digest, Reason = "a reason", Name = string.Create(CultureInfo.InvariantCulture, $"{candidate.Digest.Abbreviated}-1") });
        waiver.ApprovedBy.Should().NotBeEmpty();
        (await _stages.NewDelivery().GateAsync(dataset, candidate, evaluation, token)).Verdict.Rows[1].Outcome.Should().Be(GateOutcome.Waived);
    }

    private static Waiver Of(string gate, Digest model) => new("w-1", gate, model, "the season changes", "Jane", new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 1));
}
