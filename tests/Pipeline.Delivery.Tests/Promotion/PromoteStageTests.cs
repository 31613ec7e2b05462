using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Promotion;

public sealed class PromoteStageTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();
    private readonly List<string> _moved = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Without_a_registry_the_package_reaches_dev_and_staging_waits_for_an_image_and_a_registry()
    {
        var model = await _stages.PackageAsync();

        var outcome = await PromoteAsync(model, push: null, withImage: false);

        var record = outcome.Reached.Should().ContainSingle().Which;
        record.PackageDigest.Should().Be(model.Stored.Package.Digest);
        record.Image.Should().BeNull();
        record.Statement.Predicate.Should().BeEquivalentTo(new
        {
            Model = SmallModel.Name,
            Stage = "dev",
            FromStage = (string?)null,
            Sequence = 1,
            model.Stored.Package.Version,
            ModelDigest = model.Candidate.Digest.Hex,
            Evidence = new[] { new { Name = "bom.cdx.json" }, new { Name = "gate.json" }, new { Name = "operations.json" }, new { Name = "provenance.intoto.json" }, new { Name = "smoke-test.json" } },
        });
        record.Statement.Predicate.Evidence[1].Sha256().Should().Be(model.GatePass.EvidenceDigest);
        (outcome.Waiting, outcome.WaitsFor.Count).Should().Be(("staging", 2));
        outcome.WaitsFor[0].Should().Be("an image: there is no Docker engine");
        outcome.WaitsFor[1].Should().Be("the image in a registry: run ./build.sh Promote --registry HOST:PORT");
        _stages.Fixture.Log.Should().ContainMatch($"Promote: dev runs {model.Stored.Package} now: models/bids/stages/dev/0001.json");
    }

    [Fact]
    public async Task With_a_registry_staging_runs_the_digest_that_it_gave_and_production_waits_for_approvals()
    {
        var model = await _stages.PackageAsync();
        var pushed = Pushed(model, "first");

        var outcome = await PushAndPromoteAsync(model, pushed);

        outcome.Reached.Select(record => record.Statement.Predicate.Stage).Should().Equal("dev", "staging");
        outcome.Reached[1].Statement.Predicate.FromStage.Should().Be("dev");
        outcome.Reached[1].Image.Should().BeEquivalentTo(ResourceDescriptor.Of("127.0.0.1:5000/bids", pushed.Digest));
        outcome.Waiting.Should().BeNull("production takes what staging runs, which is not this stage's to promote");
        _moved.Should().Equal($"staging: 127.0.0.1:5000/bids@{pushed.Digest}");
        _stages.Ledger.Verify().Should().BeEmpty();
    }

    [Fact]
    public async Task A_record_names_the_commit_and_the_person()
    {
        string[][] commands = [["init", "--quiet"], ["config", "user.name", "Ada Lovelace"], ["config", "user.email", "ada@example.com"], ["add", "models"], ["-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "--message", "one"]];
        foreach (var command in commands)
        {
            await CommandLine.RunAsync("git", command, _stages.Fixture.Root, Token);
        }

        var outcome = await PromoteAsync(await _stages.PackageAsync(), push: null);

        var predicate = outcome.Reached[0].Statement.Predicate;
        predicate.Commit.Should().Be((await CommandLine.RunAsync("git", ["rev-parse", "HEAD"], _stages.Fixture.Root, Token)).Trim());
        predicate.PromotedBy.Should().Be((await WorkingCopy.ReadAsync(_stages.Fixture.Root, Token)).Person);
        predicate.PromotedAt.Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task An_image_that_is_in_no_registry_waits_for_one_alone()
    {
        var outcome = await PromoteAsync(await _stages.PackageAsync(), push: null);

        outcome.WaitsFor.Should().ContainSingle().Which.Should().StartWith("the image in a registry");
    }

    [Fact]
    public async Task A_goal_ends_the_promotion_there_and_nothing_is_pushed_before_it_is_due()
    {
        var model = await _stages.PackageAsync();
        var pushes = 0;

        var outcome = await PromoteAsync(model, _ => Task.FromResult(Pushed(model, $"push {++pushes}")), goal: "dev");

        (outcome.Reached.Count, outcome.Waiting, pushes).Should().Be((1, null, 0));
    }

    [Fact]
    public async Task Two_stages_that_take_images_share_one_push()
    {
        var model = await _stages.PackageAsync();
        var pushes = 0;
        var stages = _stages.Definition with { Stages = [new("staging", Image: true, null), new("production", Image: true, null)] };

        var outcome = await PromoteAsync(model, _ => Task.FromResult(Pushed(model, $"push {++pushes}")), definition: stages);

        (outcome.Reached.Count, outcome.Waiting, pushes).Should().Be((2, null, 1));
    }

    [Fact]
    public async Task Promoting_what_the_stages_run_already_adds_no_record()
    {
        var model = await _stages.PackageAsync();
        var first = await PushAndPromoteAsync(model, Pushed(model, "first"));

        var second = await PushAndPromoteAsync(model, Pushed(model, "first"));

        second.Reached.Select(record => record.FileDigest).Should().Equal(first.Reached.Select(record => record.FileDigest));
        Records().Should().Equal("dev/0001.json", "staging/0001.json");
        _stages.Fixture.Log.Should().Contain($"Promote: staging runs {model.Stored.Package} already (record 0001); nothing to do");
    }

    [Fact]
    public async Task A_new_image_of_the_same_package_is_a_new_record_of_staging_alone()
    {
        var model = await _stages.PackageAsync();
        var first = await PushAndPromoteAsync(model, Pushed(model, "first"));

        var second = await PushAndPromoteAsync(model, Pushed(model, "second"));

        Records().Should().Equal("dev/0001.json", "staging/0001.json", "staging/0002.json");
        second.Reached[1].Statement.Predicate.Previous.Should().Be(first.Reached[1].FileDigest.Hex);
    }

    [Fact]
    public async Task A_stage_whose_champion_the_gates_did_not_compare_with_waits()
    {
        var old = await _stages.PackageAsync(_stages.WithStump);
        _stages.Promote(old, "dev");
        var model = await _stages.PackageAsync();

        var outcome = await PromoteAsync(model, push: null);

        outcome.Reached.Should().BeEmpty();
        outcome.Waiting.Should().Be("dev");
        outcome.WaitsFor.Should().Equal($"gates against its champion {old.Stored.Package.Version}: run ./build.sh Promote --stage dev");
        Records().Should().Equal("dev/0001.json");
    }

    [Fact]
    public async Task A_stage_whose_champion_the_gates_compared_with_takes_the_package()
    {
        var old = await _stages.PackageAsync(_stages.WithStump);
        _stages.Promote(old, "dev");
        var model = await _stages.PackageAsync(_stages.Definition, await _stages.ChampionAsync(_stages.WithStump));

        var outcome = await PromoteAsync(model, push: null);

        outcome.Reached.Should().ContainSingle().Which.Statement.Predicate.Sequence.Should().Be(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stage_waits_until_the_smoke_test_has_compared_with_its_champion_where_a_gate_asks_for_it(bool isCompared)
    {
        _stages.Promote(await _stages.PackageAsync(_stages.WithStump), "dev");
        var champion = await _stages.ChampionAsync(_stages.WithStump);
        var definition = _stages.Definition with { Gates = [.. _stages.Definition.Gates, new OperationGateSettings(OperationMeasures.Resident, null, 0.2)] };
        var model = await _stages.PackageAsync(definition, champion);

        var outcome = await NewStage().RunAsync(
            definition, await DeliveryAsync(model, withImage: false), model.GatePass, await SmokeAsync(model, isCompared ? [champion] : []), null, null, Token);

        outcome.Waiting.Should().Be(isCompared ? "staging" : "dev");
        outcome.Reached.Should().HaveCount(isCompared ? 1 : 0);
    }

    [Fact]
    public async Task A_champion_with_the_same_model_at_another_threshold_must_be_compared_with_too()
    {
        _stages.Promote(await _stages.PackageAsync(), "dev");
        var other = await _stages.PackageAsync(_stages.Definition with { Outputs = (BinaryOutputSettings)_stages.Definition.Outputs with { Threshold = 0.9f } });

        var outcome = await PromoteAsync(other, push: null);

        outcome.Waiting.Should().Be("dev");
    }

    [Fact]
    public async Task Passes_of_another_package_are_refused()
    {
        var model = await _stages.PackageAsync();
        var other = await _stages.PackageAsync(_stages.WithStump);

        var withGates = () => PromoteAsync(model with { GatePass = other.GatePass }, push: null);
        var withSmoke = async () => await NewStage().RunAsync(_stages.Definition, await DeliveryAsync(model, withImage: true), model.GatePass, await SmokeAsync(other), null, null, Token);
        var withImage = () => PushAndPromoteAsync(model, Pushed(other, "first"));

        (await withGates.Should().ThrowAsync<PipelineException>().WithMessage($"The gates passed model {other.Candidate.Digest}*Gate again.")).Which.ExitCode.Should().Be(ExitCode.Refused);
        (await withSmoke.Should().ThrowAsync<PipelineException>().WithMessage($"The smoke test passed package {other.Stored.Package.Digest}*SmokeTest again.")).Which.ExitCode.Should().Be(ExitCode.Refused);
        Records().Should().BeEmpty();
        (await withImage.Should().ThrowAsync<PipelineException>().WithMessage($"*holds package {other.Stored.Package.Digest}*")).Which.ExitCode.Should().Be(ExitCode.Refused);
        Records().Should().Equal("dev/0001.json");
    }

    [Fact]
    public async Task A_broken_chain_stops_the_promotion()
    {
        var model = await _stages.PackageAsync();
        var first = _stages.Promote(model, "dev");
        _stages.Promote(model, "dev");
        await File.WriteAllTextAsync(first.Path, (await File.ReadAllTextAsync(first.Path, Token)).Replace("somebody", "nobody", StringComparison.Ordinal), Token);

        var act = () => PromoteAsync(model, push: null);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("The records of stage 'dev' do not verify*0002.json*nothing was promoted.")).Which.ExitCode.Should().Be(ExitCode.ToolError);
        Records().Should().Equal("dev/0001.json", "dev/0002.json");
    }

    [Fact]
    public async Task A_push_that_fails_leaves_dev_promoted_and_staging_as_it_was()
    {
        var act = async () => await PromoteAsync(await _stages.PackageAsync(), _ => throw new PipelineException(ExitCode.ToolError, "The registry is down."));

        await act.Should().ThrowAsync<PipelineException>().WithMessage("The registry is down.");
        Records().Should().Equal("dev/0001.json");
    }

    [Fact]
    public async Task Two_promotions_at_once_add_one_record_each_stage()
    {
        var model = await _stages.PackageAsync();
        var delivery = await DeliveryAsync(model, withImage: true);
        var smoke = await SmokeAsync(model);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () => NewStage().RunAsync(_stages.Definition, delivery, model.GatePass, smoke, async token =>
            {
                await Task.Delay(50, token);
                return Pushed(model, "first");
            }, null, Token),
            Token)));

        outcomes.Select(outcome => outcome.Reached[1].FileDigest).Distinct().Should().ContainSingle();
        Records().Should().Equal("dev/0001.json", "staging/0001.json");
    }

    private static PushedImage Pushed(JudgedModel model, string image) =>
        new(new ImageReference("127.0.0.1:5000", SmallModel.Name), model.Stored.Package.Version, Digest.OfText(image), model.Stored.Package.Digest);

    private Task<PromotionOutcome> PushAndPromoteAsync(JudgedModel model, PushedImage push) => PromoteAsync(model, _ => Task.FromResult(push));

    private async Task<PromotionOutcome> PromoteAsync(
        JudgedModel model, Func<CancellationToken, Task<PushedImage>>? push, bool withImage = true, string? goal = null, ModelDefinition? definition = null) =>
        await NewStage().RunAsync(definition ?? _stages.Definition, await DeliveryAsync(model, withImage), model.GatePass, await SmokeAsync(model), push, goal, Token);

    private PromoteStage NewStage() => _stages.NewPromoteStage(_moved);

    private async Task<DeliveryPackage> DeliveryAsync(JudgedModel model, bool withImage)
    {
        var package = model.Stored.Package;
        var service = await _stages.ServiceAsync();
        var bundle = await new BundleStage(_stages.Runner).RunAsync(package, service, Token);
        return withImage
            ? new DeliveryPackage(package, service, bundle, new ContainerImage("sha256:0", SmallModel.Name, package.Version, package.Digest, model.Candidate.Digest, "base"), null)
            : new DeliveryPackage(package, service, bundle, null, "there is no Docker engine");
    }

    private Task<SmokePass> SmokeAsync(JudgedModel model, params Champion[] champions) => _stages.SmokePassAsync(
        new StageKey("SmokeTest", SmallModel.Name, new Dictionary<string, string> { ["package"] = model.Stored.Package.Digest.ToString() }),
        new SmokeEvidence(model.Stored.Package.ToString(), model.Stored.Package.Digest, SmokeEvidence.ContainerTarget, "sha256:0", [], []),
        champions);

    private IEnumerable<string> Records()
    {
        var stages = Path.Combine(_stages.ModelDirectory, "stages");
        return Directory.Exists(stages)
            ? Directory.EnumerateFiles(stages, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(stages, path).Replace('\\', '/')).Order(StringComparer.Ordinal)
            : [];
    }
}
