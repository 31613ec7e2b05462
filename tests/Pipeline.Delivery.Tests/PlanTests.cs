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
            "Gate: changed: gates[0].min: 0.6 → 0.7",
            "Package: changed: gates[0].min: 0.6 → 0.7",
            "Bundle: waits for Package; restored if that gives what it gave before",
            "SmokeTest: waits for Package; restored if that gives what it gave before");
    }

    [Fact]
    public async Task Changed_training_settings_run_the_training_and_what_follows_waits()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        Edit("seed: 1", "seed: 2");

        (await ThatRunAsync()).Should().Equal(
            "Train: changed: training.seed: 1 → 2",
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

        (await ThatRunAsync())[0].Should().Be("PrepareData: changed: data: data/rows.csv changed");
    }

    [Fact]
    public async Task Data_files_that_came_or_went_are_told_by_name()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        var data = Path.Combine(_stages.ModelDirectory, "data");
        File.Move(Path.Combine(data, "rows.csv"), Path.Combine(data, "moved.csv"));

        (await ThatRunAsync())[0].Should().Be("PrepareData: changed: data: data/moved.csv added, data/rows.csv removed");
    }

    [Fact]
    public async Task A_trainer_that_was_removed_and_a_setting_that_was_changed_are_both_told()
    {
        await _stages.RunAsync(_stages.NewDelivery());
        Edit("seed: 1", "seed: 2");
        Edit("    - { name: logistic-regression, l2: 0.1 }\n", string.Empty);

        (await ThatRunAsync())[0].Should().StartWith("Train: changed: training.trainers[2] removed (name \"logistic-regression\", ").And.EndWith("; training.seed: 1 → 2");
    }

    [Fact]
    public async Task Changed_sources_and_versions_of_packages_are_told_and_versions_of_others_change_nothing()
    {
        Source("src/Pipeline.Metrics/Pipeline.Metrics.csproj", "<Project><ItemGroup><PackageReference Include=\"MathNet.Numerics\" /></ItemGroup></Project>");
        Source("src/Pipeline.Metrics/Auc.cs", "auc");
        Source("src/Pipeline.Metrics/Loss.cs", "loss");
        Source("Directory.Packages.props", Packages("5.0.0", "3.0.0"));
        await _stages.RunAsync(_stages.NewDelivery());

        Source("Directory.Packages.props", Packages("5.0.0", "4.0.0"));
        (await PlanAsync()).Should().OnlyContain(row => row.Would == "restore", "no project that shapes a model refers to xunit");

        Source("Directory.Packages.props", Packages("5.0.1", "4.0.0"));
        Source("src/Pipeline.Metrics/Auc.cs", "another auc");
        File.Delete(Path.Combine(_stages.Fixture.Root, "src/Pipeline.Metrics/Loss.cs"));
        (await ThatRunAsync())[0].Should().Be("PrepareData: changed: MathNet.Numerics: 5.0.0 → 5.0.1; code: src/Pipeline.Metrics/Auc.cs changed, src/Pipeline.Metrics/Loss.cs removed");

        static string Packages(string math, string xunit) =>
            $"<Project><ItemGroup><PackageVersion Include=\"MathNet.Numerics\" Version=\"{math}\" /><PackageVersion Include=\"xunit.v3\" Version=\"{xunit}\" /></ItemGroup></Project>";
    }

    [Fact]
    public async Task A_forced_stage_and_all_that_follows_from_it_run()
    {
        await _stages.RunAsync(_stages.NewDelivery());

        var plan = await PlanAsync(_stages, "train");

        plan.Where(row => row.Would == "run").Should().Equal(
            ("Train", "run", "--force Train"), ("Evaluate", "run", "--force Train"), ("Gate", "run", "--force Train"), ("Package", "run", "--force Train"), ("Bundle", "run", "--force Train"), ("SmokeTest", "run", "--force Train"));
        (await PlanAsync()).Should().OnlyContain(row => row.Would == "restore", "a plan runs nothing");
    }

    [Fact]
    public async Task Without_any_output_a_forced_stage_still_says_that_it_is()
    {
        using var fresh = new Stages();

        (await PlanAsync(fresh, "Evaluate")).Select(row => row.Why).Take(4).Should().Equal("never run", "waits for PrepareData; restored if that gives what it gave before", "--force Evaluate", "--force Evaluate");
    }

    [Fact]
    public async Task Every_stage_that_is_stored_or_planned_can_be_forced()
    {
        await _stages.RunAsync(_stages.NewDelivery());

        var stored = Directory.EnumerateDirectories(Path.Combine(_stages.Fixture.Artifacts, "store")).Select(Path.GetFileName);

        StageGraph.Names.Should().Contain(stored).And.Contain((await PlanAsync()).Select(row => row.Stage));
    }

    [Fact]
    public void A_stage_that_is_none_cannot_be_forced()
    {
        var create = () => _stages.NewDelivery(force: "Promote");

        create.Should().Throw<PipelineException>().WithMessage("--force 'Promote': it must be one of PrepareData, Train, Evaluate, *, Push").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_forced_training_gives_the_same_model_and_nothing_else_changes()
    {
        var first = await _stages.RunAsync(_stages.NewDelivery());
        var before = _stages.StoredFiles("Train");

        var second = await _stages.RunAsync(_stages.NewDelivery(force: "Train"));

        second.Package.Package.Digest.Should().Be(first.Package.Package.Digest);
        _stages.StoredFiles("Train").Should().Equal(before);
        _stages.Fixture.Log.Should().ContainMatch("Train: gave what it gave before (sha256:*").And.ContainMatch("Package: gave what it gave before (sha256:*").And.NotContainMatch("*REPRODUCIBLE*");
        (await PlanAsync()).Should().OnlyContain(row => row.Would == "restore");
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

        (await ThatRunAsync()).Should().Equal("Gate: changed: champion (dev) added");
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

    [Theory]
    [InlineData("its folder is empty")]
    [InlineData("its record is cut off")]
    [InlineData("its output is gone")]
    [InlineData("a file is empty")]
    public async Task Harmed_outputs_are_told_and_made_anew_and_nothing_else_is(string harm)
    {
        await _stages.RunAsync(_stages.NewDelivery());
        var (_, candidate, _) = await _stages.EvaluateAsync();
        var entry = Path.GetDirectoryName(candidate.Directory)!;
        switch (harm)
        {
            case "its folder is empty":
                Directory.Delete(entry, recursive: true);
                Directory.CreateDirectory(entry);
                break;
            case "its record is cut off":
                var record = Path.Combine(entry, "record.json");
                await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record, Token))[..100], Token);
                break;
            case "its output is gone":
                Directory.Delete(candidate.Directory, recursive: true);
                break;
            default:
                await File.WriteAllBytesAsync(candidate.OnnxPath, [], Token);
                break;
        }

        (await ThatRunAsync())[0].Should().StartWith("Train: the stored output is harmed: ");
        await _stages.RunAsync(_stages.NewDelivery());

        _stages.Fixture.Log.Should().ContainSingle(line => line.Contains("it is made anew", StringComparison.Ordinal));
        (await PlanAsync()).Should().OnlyContain(row => row.Would == "restore");
    }

    private void Edit(string passage, string replacement)
    {
        var path = Path.Combine(_stages.ModelDirectory, "model.yaml");
        var text = File.ReadAllText(path);
        text.Should().Contain(passage);
        SmallModel.Write(_stages.ModelDirectory, text.Replace(passage, replacement, StringComparison.Ordinal));
    }

    private void Source(string path, string text)
    {
        var full = Path.Combine(_stages.Fixture.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private async Task<IReadOnlyList<string>> ThatRunAsync() => [.. (await PlanAsync()).Where(row => row.Would == "run").Select(row => $"{row.Stage}: {row.Why}")];

    private Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync() => PlanAsync(_stages);

    private static async Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync(Stages stages, string? force = null)
    {
        await stages.NewDelivery(force: force).PlanAsync(Token);
        return [.. stages.Fixture.LastTable().Select(cells => (cells[0], cells[1], cells[2]))];
    }
}
