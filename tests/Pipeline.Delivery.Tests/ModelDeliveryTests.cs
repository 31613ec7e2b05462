using System.Xml.Linq;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Sources;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests;

/// <summary>The main job from data to records, on a machine without Docker.</summary>
public sealed class ModelDeliveryTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public void Every_project_that_shapes_a_model_is_part_of_its_code_digest()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", "Pipeline.Delivery", "Pipeline.Delivery.csproj"));
        var references = project.Descendants("ProjectReference").Select(reference => $"src/{Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)}");

        ModelDelivery.ModelSources.Should().Contain(references.Except(["src/Pipeline.Engine", "src/Pipeline.Tracking"]), "the engine knows no stage, and what is logged shapes nothing");
        ModelDelivery.ModelSources.Should().OnlyContain(path => Path.Exists(Path.Combine(Repository.Root, path)));
    }

    [Fact]
    public void Every_package_that_shapes_a_model_is_part_of_its_code_digest_and_no_other()
    {
        var packages = PackageVersions.Of(Repository.Root, ModelDelivery.ModelSources);

        packages.Keys.Should().Contain(BomLibraries.Of("lightgbm").Concat(BomLibraries.Of("fast-tree")).Where(library => library.Uses.Contains(BomLibraries.Training)).Select(library => library.Name));
        packages.Keys.Should().Contain(ModelDelivery.PackagesBesideModels, "they would count if they were not left out");
        packages.Keys.Should().Contain(["MathNet.Numerics", "System.Numerics.Tensors", "YamlDotNet"]).And.NotContain(["xunit.v3", "Microsoft.Data.Sqlite", "Serilog", "Polly.Core", "prometheus-net", "Scalar.AspNetCore"]);
        packages.Values.Should().OnlyContain(version => char.IsAsciiDigit(version[0]));
    }

    [Fact]
    public async Task A_run_ends_with_where_everything_lies_and_what_staging_waits_for()
    {
        var package = await PromoteAsync();

        var end = _stages.Fixture.Log.SkipWhile(line => line != $"{package}:").ToList();
        end.Should().HaveCount(8);
        end[1].Should().StartWith("  package    artifacts/store/Package/").And.EndWith($"/output/package ({package.Digest})");
        end[2].Should().EndWith("/output/package/model.onnx");
        end[3].Should().EndWith($"/output/bids-{package.Version}.tar.gz");
        end[4].Should().Be("  image      none: --no-docker was given");
        end[5].Should().Be("  report     artifacts/reports/bids/report.html");
        end[6].Should().Be("  dev        models/bids/stages/dev/0001.json");
        end[7].Should().Be("staging waits for an image: --no-docker was given; and for the image in a registry: run ./build.sh Promote --registry HOST:PORT");
    }

    [Fact]
    public async Task A_second_run_adds_no_record()
    {
        await PromoteAsync();
        var package = await PromoteAsync();

        _stages.Fixture.Log.Should().Contain($"Promote: dev runs {package} already (record 0001); nothing to do");
        Directory.EnumerateFiles(Path.Combine(_stages.ModelDirectory, "stages"), "*", SearchOption.AllDirectories).Should().ContainSingle();
    }

    [Fact]
    public async Task A_stage_that_was_asked_for_and_cannot_be_reached_refuses_after_what_could_be_done()
    {
        var act = () => PromoteAsync("production");

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("bids:* did not reach production: staging waits for an image*")).Which.ExitCode.Should().Be(ExitCode.Refused);
        _stages.Ledger.Current("dev").Should().NotBeNull();
    }

    [Fact]
    public async Task A_better_champion_of_a_stage_out_of_reach_does_not_hold_the_others_up()
    {
        var better = await _stages.PackageAsync();
        _stages.Promote(better, "staging");
        SmallModel.Write(_stages.ModelDirectory, Worse());

        await PromoteAsync();

        _stages.Ledger.Current("dev")!.PackageDigest.Should().NotBe(better.Stored.Package.Digest);
        _stages.Fixture.Log[^1].Should().StartWith("staging waits for").And.EndWith($"gates against its champion {better.Stored.Package.Version}: run ./build.sh Promote --stage staging");
    }

    [Fact]
    public async Task A_better_champion_of_the_stage_that_was_asked_for_refuses_the_candidate()
    {
        var better = await _stages.PackageAsync();
        _stages.Promote(better, "staging");
        SmallModel.Write(_stages.ModelDirectory, Worse());

        var act = () => PromoteAsync("staging");

        await act.Should().ThrowAsync<PipelineException>().WithMessage($"Gate: bids is refused:*(staging {better.Stored.Package.Version}): difference -0.0*");
        _stages.StoredFiles(GateStage.Name).Should().NotBeEmpty("the better one's pass is there");
        _stages.Ledger.Current("dev").Should().BeNull();
    }

    [Fact]
    public async Task A_registry_without_an_engine_to_push_to_it_is_an_error_after_what_could_be_done()
    {
        var act = () => PromoteAsync(registry: "127.0.0.1:5000");

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("Pushing to 127.0.0.1:5000 needs a Docker engine: --no-docker was given*")).Which.ExitCode.Should().Be(ExitCode.ToolError);
        _stages.Ledger.Current("dev").Should().NotBeNull();
    }

    private static string Worse() => SmallModel.Definition
        .Replace("- { name: lightgbm, trees: 10, leaves: 4,", "- { name: lightgbm, trees: 1, leaves: 2,", StringComparison.Ordinal)
        .Replace("- { name: fast-tree, trees: 10, leaves: 4, learningRate: 0.2, minExamplesPerLeaf: 5 }", string.Empty, StringComparison.Ordinal)
        .Replace("- { name: logistic-regression, l2: 0.1 }", string.Empty, StringComparison.Ordinal);

    private async Task<ModelPackage.PackagedModel> PromoteAsync(string? stage = null, string? registry = null)
    {
        var delivery = _stages.NewDelivery(stage, registry);
        var (package, gatePass, smokePass) = await _stages.RunAsync(delivery);
        await delivery.PromoteAsync(package, gatePass, smokePass, Token);
        return package.Package;
    }
}
