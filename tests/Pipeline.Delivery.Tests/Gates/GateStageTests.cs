using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

public sealed class GateStageTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private string ReportPath => Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name, "report.html");

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_candidate_that_fulfils_every_gate_gets_a_pass_for_its_model()
    {
        var pass = await _stages.GateAsync();

        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();
        (pass.Verdict.DatasetDigest, pass.Verdict.CodeDigest).Should().Be((dataset.Digest, Stages.Code));
        pass.ModelDigest.Should().Be(candidate.Digest);
        pass.EvidenceDigest.Should().Be(Digest.OfFile(pass.VerdictPath));
        pass.Verdict.EvaluationDigest.Should().Be(evaluation.Digest);
        pass.Verdict.Rows.Should().HaveCount(3 + Always.Length).And.OnlyContain(row => row.Passed);
        pass.Verdict.Rows.Take(3).Should().OnlyContain(row => row.Rows == 290);
        Table().Skip(1).Select(row => (row[0], row[6])).Should().Equal([("rocAuc ≥ 0.6", "pass"), ("rocAuc at most 0.01 below the champion's", "pass"), .. Always]);
        Report().Should().Contain("PASS").And.NotContain("FAIL").And.Contain($"<code>{dataset.Digest}</code>");
        _stages.Fixture.Log.Should().ContainMatch("*rocAuc: area under the ROC curve*");
    }

    /// <summary>What is asked of every model.</summary>
    private static (string, string)[] Always => [(RobustnessGate.CheckOf(new BinaryOutputs("won", "lost", 0.5f)), "pass"), ("ONNX Runtime within 1e-5 of ML.NET, same labels", "pass")];

    [Fact]
    public async Task A_verdict_reads_back_as_it_was_written()
    {
        var pass = await _stages.GateAsync(_stages.Definition, await _stages.ChampionAsync(_stages.WithStump));

        Digest.Of(PackageJson.Serialize(pass.Verdict)).Should().Be(pass.EvidenceDigest);
    }

    [Fact]
    public async Task A_pass_is_restored_and_its_report_written_again()
    {
        var first = await _stages.GateAsync();
        File.Delete(ReportPath);

        var second = await _stages.GateAsync();

        second.EvidenceDigest.Should().Be(first.EvidenceDigest);
        _stages.Fixture.Log.Should().ContainMatch("Gate: restored*");
        File.Exists(ReportPath).Should().BeTrue();
    }

    [Fact]
    public async Task A_refusal_ends_the_run_with_the_table_and_a_report_and_stores_nothing()
    {
        var strict = _stages.Definition with { Gates = [new MetricGateSettings(BinaryMetricNames.RocAuc, 0.999, null, null), new MetricGateSettings(BinaryMetricNames.LogLoss, null, 5, null)] };

        var act = () => _stages.GateAsync(strict);

        var refusal = (await act.Should().ThrowAsync<PipelineException>()).Which;
        refusal.ExitCode.Should().Be(ExitCode.Refused);
        refusal.Message.Should().Contain("bids is refused").And.Contain("rocAuc ≥ 0.999: lower end of the interval 0.").And.Contain("< 0.9990").And.NotContain("logLoss").And.Contain("Nothing was packaged");
        Table().Skip(1).Select(row => (row[0], row[6])).Should().Equal([("rocAuc ≥ 0.999", "FAIL"), ("logLoss ≤ 5", "pass"), .. Always]);
        Report().Should().Contain("<strong>FAIL</strong>").And.Contain("1 of 5 gates said no");
        _stages.StoredFiles(GateStage.Name).Should().BeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(_stages.Fixture.Artifacts, "tmp")).Should().BeEmpty();
    }

    [Fact]
    public async Task Too_few_test_rows_end_the_run_with_an_exit_code_of_their_own()
    {
        var demanding = _stages.Definition with { Evaluation = EvaluationSettings.Default with { MinRows = 291 } };

        var act = () => _stages.GateAsync(demanding);

        var end = (await act.Should().ThrowAsync<PipelineException>()).Which;
        end.ExitCode.Should().Be(ExitCode.NotEnoughData);
        end.Message.Should().Contain("bids cannot be judged, there is not enough data:").And.Contain("test rows ≥ 291, of each class ≥ 20: 290 rows, ").And.EndWith("Nothing was packaged. Give it more test rows.");
        Table().Select(row => row[6]).Should().Equal("NOT ENOUGH DATA", "pass", "pass", "pass", "pass");
        Report().Should().Contain("<strong>NOT ENOUGH DATA</strong>");
        _stages.StoredFiles(GateStage.Name).Should().BeEmpty();
    }

    [Fact]
    public async Task A_champion_that_is_better_refuses_the_candidate_by_the_difference_on_the_same_rows()
    {
        var (_, _, better) = await _stages.EvaluateAsync();
        var champion = await _stages.ChampionAsync(_stages.Definition);
        var (_, _, worse) = await _stages.EvaluateAsync(_stages.WithStump);
        var difference = worse.Report.Metrics[BinaryMetricNames.RocAuc].Value!.Value - better.Report.Metrics[BinaryMetricNames.RocAuc].Value!.Value;

        var act = () => _stages.GateAsync(_stages.WithStump, champion);

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage(FormattableString.Invariant($"*below the champion's (dev {champion.PackageDigest.Abbreviated}): difference {difference:0.0000} on the same 290 rows*"));
        difference.Should().BeLessThan(-0.01);
        Table()[2][4].Should().Be(MetricText.Of(better.Report.Metrics[BinaryMetricNames.RocAuc].Value));
    }

    [Fact]
    public async Task A_champion_that_is_worse_lets_the_candidate_pass_and_is_named_in_the_verdict()
    {
        var champion = await _stages.ChampionAsync(_stages.WithStump, "staging");

        var pass = await _stages.GateAsync(_stages.Definition, champion);

        pass.Verdict.ComparedWith.Should().Equal(new Dictionary<string, Digest> { ["staging"] = champion.PackageDigest });
        pass.Verdict.Rows[2].Should().BeEquivalentTo(new { Passed = true, Bound = pass.Verdict.Rows[2].Champion - 0.01 });
        pass.Verdict.Rows[2].Value.Should().BeGreaterThan(pass.Verdict.Rows[2].Champion!.Value);
    }

    [Fact]
    public async Task A_champion_with_another_order_of_columns_is_compared_by_name()
    {
        var (_, _, evaluation) = await _stages.EvaluateAsync();
        var champion = await _stages.ChampionAsync(_stages.Definition);
        var reordered = _stages.WithQuery("SELECT shop, colour, discount, amount, 1 AS one_more, won, day FROM source");

        var pass = await _stages.GateAsync(reordered, champion);

        pass.Verdict.Rows[2].Champion.Should().BeApproximately(evaluation.Report.Metrics[BinaryMetricNames.RocAuc].Value!.Value, 1e-12, "it scores the same rows");
    }

    [Fact]
    public async Task A_champion_that_needs_a_column_that_is_gone_fails_with_its_name()
    {
        var champion = await _stages.ChampionAsync(_stages.Definition);

        var act = () => _stages.GateAsync(_stages.WithQuery("SELECT amount, discount, CAST(shop = 'north' AS INTEGER) AS shop, won, day FROM source"), champion);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("*the champion needs columns that the query no longer gives as such (colour, shop)*")).Which.ExitCode.Should().Be(ExitCode.Refused);
    }

    [Fact]
    public async Task A_champion_whose_package_is_lost_fails_and_says_what_to_do()
    {
        var model = await _stages.PackageAsync(_stages.WithStump);
        _stages.Promote(model, "staging");
        Directory.Delete(Path.Combine(_stages.Fixture.Artifacts, "store", "Package"), recursive: true);
        var champions = await new ChampionSource(_stages.Ledger, _stages.Runner.Store, images: null).FindAsync(["staging"], _stages.Fixture.Root, TestContext.Current.CancellationToken);

        var act = () => _stages.GateAsync(_stages.Definition, [.. champions]);

        (await act.Should().ThrowAsync<PipelineException>())
            .WithMessage($"*it cannot be compared: the package {model.Stored.Package.Version} that staging runs is neither in the store nor to be had from its image (the record names no image); if it is lost for good, remove *staging*");
    }

    [Fact]
    public async Task A_champion_with_the_same_model_and_another_threshold_is_judged_by_its_own()
    {
        var f1 = _stages.Definition with { Gates = [new MetricGateSettings(BinaryMetricNames.F1, null, null, 0.01), new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, 0)] };
        var champion = await _stages.ChampionAsync(f1);
        var (_, _, championEvaluation) = await _stages.EvaluateAsync(f1);
        var careless = f1 with { Outputs = (BinaryOutputSettings)f1.Outputs with { Threshold = 0.95f } };

        var act = () => _stages.GateAsync(careless, champion);

        await act.Should().ThrowAsync<PipelineException>();
        Table().Skip(1).Select(row => row[6]).Should().Equal("FAIL", "pass", "pass", "pass");
        Table()[1][4].Should().Be(MetricText.Of(championEvaluation.Report.Metrics[BinaryMetricNames.F1].Value));
    }

    [Fact]
    public async Task A_verdict_that_was_changed_in_the_store_is_judged_anew()
    {
        var pass = await _stages.GateAsync();
        await File.AppendAllTextAsync(pass.VerdictPath, " ", TestContext.Current.CancellationToken);

        var again = await _stages.GateAsync();

        _stages.Fixture.Log.Should().ContainMatch("Gate: the stored output * does not count (gate.json has changed); it is made anew.");
        again.EvidenceDigest.Should().Be(pass.EvidenceDigest);
    }

    [Fact]
    public async Task A_verdict_that_says_no_or_nothing_is_no_pass()
    {
        var pass = await _stages.GateAsync();
        var directory = Path.GetDirectoryName(pass.VerdictPath)!;
        var failed = pass.Verdict with { Rows = [pass.Verdict.Rows[0], pass.Verdict.Rows[2] with { Outcome = GateOutcome.Fail }] };

        Load(PackageJson.Serialize(failed)).Should().Throw<InvalidDataException>().WithMessage("*is not a pass: rocAuc at most 0.01 below the champion's.");
        Load(PackageJson.Serialize(pass.Verdict with { Rows = [] })).Should().Throw<InvalidDataException>().WithMessage("*is not a pass*no row*");
        Load("{}"u8.ToArray()).Should().Throw<InvalidDataException>();
        Load([.. PackageJson.Serialize(pass.Verdict).SkipLast(40)]).Should().Throw<InvalidDataException>();

        Func<GatePass> Load(byte[] verdict) => () =>
        {
            File.WriteAllBytes(pass.VerdictPath, verdict);
            return GatePass.Load(directory);
        };
    }

    private string Report() => File.ReadAllText(ReportPath);

    private IReadOnlyList<string[]> Table() => _stages.Fixture.LastTable();
}
