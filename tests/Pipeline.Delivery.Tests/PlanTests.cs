using Pipeline.Engine;

namespace Pipeline.Delivery.Tests;

/// <summary>What the Plan target prints, after real runs of the stages.</summary>
public sealed class PlanTests(TrainedStore trained) : IDisposable
{
    private static readonly string[] Names = ["PrepareData", "Train", "Evaluate", "Gate", "Package", "Service", "Bundle", "SmokeTest"];

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Before_the_first_run_everything_runs_or_waits()
    {
        using var fresh = new Stages();

        var plan = await PlanAsync(fresh);

        plan.Select(row => row.Stage).Should().Equal(Names);
        plan.Should().OnlyContain(row => row.Would == "run");
        plan[0].Why.Should().Be("never run");
        plan[1].Why.Should().Be("waits for PrepareData; restored if that gives what it gave before");
        plan.Single(row => row.Stage == "Service").Why.Should().Be("never run");
        fresh.Fixture.Stored.Should().BeEmpty("a plan runs nothing");
    }

    [Fact]
    public async Task After_a_run_everything_is_restored()
    {
        await _stages.RunAsync(_stages.NewDelivery());

        var plan = await PlanAsync();

        plan.Select(row => row.Stage).Should().Equal(Names);
        plan.Should().OnlyContain(row => row.Would == "restore" && row.Why == "inputs unchanged");
    }

    [Fact]
    public async Task A_slice_that_cannot_be_had_is_told_as_the_run_would_tell_it()
    {
        Edit("gates:", "evaluation:\n  slices: [{ column: colur }]\ngates:");

        var plan = () => PlanAsync();

        (await plan.Should().ThrowAsync<PipelineException>()).WithMessage("*'colur' is not a column of the dataset; did you mean 'colour'?").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_comment_in_the_definition_changes_nothing()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        Edit("task: binary", "task:   binary   # of two classes");

        (await PlanAsync()).Should().OnlyContain(row => row.Would == "restore");
    }

    [Fact]
    public async Task A_changed_gate_trains_nothing_and_makes_another_package()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        Edit("min: 0.6", "min: 0.7");

        (await ThatRunAsync()).Should().Equal(
            "Gate: changed: settings (gates)",
            "Package: changed: settings (gates)",
            "Bundle: waits for Package; restored if that gives what it gave before",
            "SmokeTest: waits for Package; restored if that gives what it gave before");
    }

    [Fact]
    public async Task Changed_training_settings_run_the_training_and_what_follows_waits()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        Edit("seed: 1", "seed: 2");

        (await ThatRunAsync()).Should().Equal(
            "Train: changed: settings (training)",
            "Evaluate: waits for Train; restored if that gives what it gave before",
            "Gate: waits for Evaluate; restored if that gives what it gave before",
            "Package: waits for Evaluate; restored if that gives what it gave before",
            "Bundle: waits for Package; restored if that gives what it gave before",
            "SmokeTest: waits for Package; restored if that gives what it gave before");
    }

    [Fact]
    public async Task Changed_data_runs_from_the_start()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        await File.AppendAllTextAsync(Path.Combine(_stages.ModelDirectory, "data", "rows.csv"), "2020-01-01,1,1,red,north,false\n", Token);

        (await ThatRunAsync())[0].Should().Be("PrepareData: changed: data");
    }

    [Fact]
    public async Task Changed_sources_of_the_service_run_the_service_and_what_holds_it()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        await File.WriteAllTextAsync(Path.Combine(_stages.Fixture.Root, "BannedSymbols.txt"), "a source of the service", Token);

        (await ThatRunAsync()).Should().Equal(
            "Service: changed: sources",
            "Bundle: waits for Service; restored if that gives what it gave before",
            "SmokeTest: waits for Service; restored if that gives what it gave before");
    }

    [Fact]
    public async Task Changed_golden_requests_make_another_package()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        await File.WriteAllTextAsync(_stages.Definition.GoldenRequestsPath, SmallModel.GoldenRequests.Replace("3.5", "4.5", StringComparison.Ordinal), Token);

        (await ThatRunAsync())[0].Should().Be("Package: changed: golden requests");
    }

    [Fact]
    public async Task A_new_champion_runs_the_gates()
    {
        var champion = await _stages.PackageAsync(_stages.WithStump);
        await _stages.RunAsync(_stages.NewDelivery());
        _stages.Promote(champion, "dev");

        (await ThatRunAsync()).Should().Equal("Gate: changed: champion (dev)");
    }

    [Fact]
    public async Task A_file_that_was_deleted_or_changed_in_the_store_is_told()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        var (_, candidate, evaluation) = await _stages.EvaluateAsync();
        File.Delete(Path.Combine(evaluation.Directory, "evaluation.json"));
        (await ThatRunAsync())[0].Should().Be("Evaluate: the stored output is harmed: evaluation.json is missing");

        await File.AppendAllTextAsync(candidate.OnnxPath, "x", Token);
        (await ThatRunAsync())[0].Should().Be("Train: the stored output is harmed: model.onnx has changed");
    }

    private void Edit(string passage, string replacement)
    {
        SmallModel.Definition.Should().Contain(passage);
        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace(passage, replacement, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> ThatRunAsync() => [.. (await PlanAsync()).Where(row => row.Would == "run").Select(row => $"{row.Stage}: {row.Why}")];

    private Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync() => PlanAsync(_stages);

    private static async Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync(Stages stages)
    {
        await stages.NewDelivery().PlanAsync(Token);
        return [.. stages.Fixture.LastTable().Select(cells => (cells[0], cells[1], cells[2]))];
    }
}
