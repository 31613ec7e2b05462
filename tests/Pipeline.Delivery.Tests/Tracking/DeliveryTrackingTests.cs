using System.Text.Json.Nodes;
using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tests.Tracking;

public sealed class DeliveryTrackingTests : IDisposable
{
    private readonly TrackedStages _tracked = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tracked.Dispose();

    [Fact]
    public async Task A_delivery_is_one_run_with_a_run_below_it_for_each_trainer()
    {
        var delivery = _tracked.Stages.NewDelivery(tracking: new TrackingSettings(null, null));

        var (package, gatePass, smokePass) = await _tracked.Stages.RunAsync(delivery);
        await delivery.PromoteAsync(package, gatePass, smokePass, Token);

        var runs = await _tracked.RunsAsync();
        var parent = runs.Single(run => !run.Tags.ContainsKey(TrackingTags.ParentRun));
        var trials = runs.Where(run => run.Tags.GetValueOrDefault(TrackingTags.ParentRun) == parent.Id).ToList();
        trials.Should().HaveCount(3).And.OnlyContain(run => run.Status == RunStatus.Finished && run.Metrics.ContainsKey("validation/rocAuc"));
        parent.Status.Should().Be(RunStatus.Finished);
        parent.End.Should().NotBeNull();
        parent.Parameters.Should().Contain("seed", "1").And.Contain("trials", "3").And.ContainKey("trainer").And.Contain("threshold", "0.5");
        parent.Metrics.Should().ContainKeys("test/rocAuc", "test/rocAuc.low", "test/rocAuc.high", "test/rows", "validation/rocAuc");
        parent.Inputs.Select(input => input.Context).Should().BeEquivalentTo(["training", "validation", "testing"]);
        parent.Inputs.Should().OnlyContain(input => input.Schema!.Contains("\"won\"") && input.Profile!.Contains("num_rows") && input.Digest.Length == 32);
        parent.Tags.Should().Contain("pipeline.gate", "pass").And.Contain("pipeline.package", package.Package.Digest.ToString()).And.ContainKey("mlflow.user").And.ContainKey("mlflow.source.name");
        JsonNode.Parse(parent.Tags["mlflow.log-model.history"])!.ToJsonString().Should().StartWith($"[{{\"artifact_path\":\"package/{package.Package.Version}\",\"utc_time_created\":\"").And.Contain("\"onnx\":{").And.Contain("\"python_function\":{");
        var files = await _tracked.LookAsync(store => store.Runs.ListArtifactsAsync(parent.Id, Token));
        files.Should().Contain(["report/report.html", "report/report.json", "report/report.md", .. new[] { "manifest.json", "model.onnx", "MLmodel" }.Select(name => $"package/{package.Package.Version}/{name}")]);
        files.Should().Contain(file => file.StartsWith("plots/", StringComparison.Ordinal) && file.EndsWith(".svg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_package_is_a_version_with_the_gates_table_and_the_stages_alias()
    {
        var delivery = _tracked.Stages.NewDelivery(tracking: new TrackingSettings(null, null));

        var (package, gatePass, smokePass) = await _tracked.Stages.RunAsync(delivery);
        await delivery.PromoteAsync(package, gatePass, smokePass, Token);

        var version = await _tracked.LookAsync(store => store.Models.FindByAliasAsync(SmallModel.Name, "dev", Token));
        version!.Version.Should().Be(1);
        version.Package.Should().Be(package.Package.Digest.ToString());
        version.Source.Should().EndWith($"/artifacts/package/{package.Package.Version}");
        version.Description.Should().Contain("| Gate | Value |").And.Contain("rocAuc ≥ 0.6");
        version.Tags.Should().Contain("pipeline.gate", "pass").And.Contain("pipeline.record.dev", "0001").And.ContainKey("pipeline.stage.dev");
    }

    [Fact]
    public async Task Another_package_of_the_same_training_leaves_the_version_before_it_as_it_was()
    {
        var settings = new TrackingSettings(null, null);
        var (first, _, _) = await _tracked.Stages.RunAsync(_tracked.Stages.NewDelivery(tracking: settings));
        await File.WriteAllTextAsync(Path.Combine(_tracked.Stages.ModelDirectory, "model.yaml"), SmallModel.Definition.Replace("rocAuc, min: 0.6", "rocAuc, min: 0.55", StringComparison.Ordinal), Token);

        var (second, _, _) = await _tracked.Stages.RunAsync(_tracked.Stages.NewDelivery(tracking: settings));

        second.Package.Digest.Should().NotBe(first.Package.Digest);
        (await _tracked.RunsAsync()).Where(run => !run.Tags.ContainsKey(TrackingTags.ParentRun)).Should().ContainSingle("nothing was trained anew");
        var versions = await _tracked.LookAsync(store => store.Models.ListVersionsAsync(SmallModel.Name, Token));
        versions.Select(version => version.Package).Should().Equal(second.Package.Digest.ToString(), first.Package.Digest.ToString());
        foreach (var version in versions)
        {
            PackageReader.Open(Path.Combine(_tracked.Root, version.Source)).Digest.ToString().Should().Be(version.Package);
        }
    }

    [Fact]
    public async Task The_same_again_adds_nothing()
    {
        var settings = new TrackingSettings(null, null);
        await _tracked.Stages.RunAsync(_tracked.Stages.NewDelivery(tracking: settings));
        var before = await _tracked.RunsAsync();

        await _tracked.Stages.RunAsync(_tracked.Stages.NewDelivery(tracking: settings));

        var after = await _tracked.RunsAsync();
        after.Select(run => (run.Id, run.Start, run.End, run.Metrics.Count)).Should().Equal(before.Select(run => (run.Id, run.Start, run.End, run.Metrics.Count)));
        (await _tracked.LookAsync(store => store.Models.ListVersionsAsync(SmallModel.Name, Token))).Should().ContainSingle();
    }

    [Fact]
    public async Task What_was_trained_before_there_was_a_store_is_logged_when_it_is_restored()
    {
        await _tracked.Stages.EvaluateAsync();
        (await _tracked.RunsAsync()).Should().BeEmpty();

        await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking());

        var runs = await _tracked.RunsAsync();
        runs.Should().HaveCount(4);
        runs.Single(run => !run.Tags.ContainsKey(TrackingTags.ParentRun)).Metrics.Should().ContainKey("test/rocAuc");
    }

    [Fact]
    public async Task A_training_that_fails_is_a_failed_run_with_the_reason_and_the_next_is_another()
    {
        var dataset = await _tracked.Stages.PrepareAsync();

        var train = () => _tracked.TrainAsync(_tracked.NewTracking(), dataset, () => Task.FromException<CandidateModel>(new PipelineException(ExitCode.NotEnoughData, "nothing to split on")));
        await train.Should().ThrowAsync<PipelineException>();
        await _tracked.TrainAsync(_tracked.NewTracking(), dataset);

        var runs = (await _tracked.RunsAsync()).Where(run => !run.Tags.ContainsKey(TrackingTags.ParentRun)).ToList();
        runs.Select(run => run.Status).Should().BeEquivalentTo([RunStatus.Failed, RunStatus.Finished]);
        runs.Single(run => run.Status == RunStatus.Failed).Tags["pipeline.error"].Should().Be("nothing to split on");
        runs.Select(run => run.Tags["pipeline.attempt"]).Should().BeEquivalentTo(["1", "2"]);
    }

    [Fact]
    public async Task A_training_that_is_stopped_is_a_killed_run()
    {
        var dataset = await _tracked.Stages.PrepareAsync();

        var train = () => _tracked.TrainAsync(_tracked.NewTracking(), dataset, () => Task.FromException<CandidateModel>(new OperationCanceledException()));
        await train.Should().ThrowAsync<OperationCanceledException>();

        (await _tracked.RunsAsync()).Should().ContainSingle().Which.Status.Should().Be(RunStatus.Killed);
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_is_told_to_be_killed_by_the_next_training()
    {
        var dataset = await _tracked.Stages.PrepareAsync();
        var abandoned = await _tracked.LookAsync(async store => await store.Runs.EnsureRunAsync(
            new NewRun(
                await store.Runs.EnsureExperimentAsync(SmallModel.Name, Token),
                "abandoned",
                "abandoned",
                DateTimeOffset.UnixEpoch,
                "ada",
                // No process of this machine started then.
                new Dictionary<string, string> { ["pipeline.model"] = SmallModel.Name, ["pipeline.process"] = $"{Environment.MachineName} {Environment.ProcessId} 1" }),
            Token));

        await _tracked.TrainAsync(_tracked.NewTracking(), dataset);

        (await _tracked.LookAsync(store => store.Runs.FindRunAsync(abandoned.Id, Token)))!.Status.Should().Be(RunStatus.Killed);
    }

    [Fact]
    public async Task A_refusal_is_logged_with_its_report()
    {
        var stages = _tracked.Stages;
        await File.WriteAllTextAsync(Path.Combine(stages.ModelDirectory, "model.yaml"), SmallModel.Definition.Replace("rocAuc, min: 0.6", "rocAuc, min: 0.9999", StringComparison.Ordinal), Token);
        var delivery = stages.NewDelivery(tracking: new TrackingSettings(null, null));

        var run = () => stages.RunAsync(delivery);
        await run.Should().ThrowAsync<PipelineException>();

        var parent = (await _tracked.RunsAsync()).Single(found => !found.Tags.ContainsKey(TrackingTags.ParentRun));
        parent.Tags["pipeline.gate"].Should().Be("fail");
        parent.Tags["pipeline.gate.reason"].Should().Contain("0.9999");
        parent.Status.Should().Be(RunStatus.Finished, "it is the model that is refused; the run did what it should");
        (await _tracked.LookAsync(store => store.Runs.ListArtifactsAsync(parent.Id, Token))).Should().Contain("report/report.html");
        (await _tracked.LookAsync(store => store.Models.ListVersionsAsync(SmallModel.Name, Token))).Should().BeEmpty();
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_is_a_warning_and_the_model_is_made()
    {
        await File.WriteAllTextAsync(Path.Combine(_tracked.Root, "mlflow.db"), "this is no database, and has been somebody's for years", Token);

        var (_, candidate, _) = await _tracked.TrainAndEvaluateAsync(_tracked.NewTracking());

        File.Exists(candidate.OnnxPath).Should().BeTrue();
        _tracked.Log.Where(line => line.Contains("this run is not logged", StringComparison.Ordinal)).Should().ContainSingle("once is enough").Which.Should().Contain("mlflow.db");
        (await File.ReadAllTextAsync(Path.Combine(_tracked.Root, "mlflow.db"), Token)).Should().StartWith("this is no database");
    }

    [Fact]
    public async Task Without_tracking_nothing_is_written()
    {
        await _tracked.Stages.RunAsync(_tracked.Stages.NewDelivery());

        File.Exists(Path.Combine(_tracked.Root, "mlflow.db")).Should().BeFalse();
        Directory.Exists(Path.Combine(_tracked.Root, "mlruns")).Should().BeFalse();
    }
}
