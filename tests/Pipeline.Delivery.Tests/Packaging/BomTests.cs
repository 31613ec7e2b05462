using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Packaging;

namespace Pipeline.Delivery.Tests.Packaging;

public sealed class BomTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task The_real_packages_bill_of_materials_is_valid_CycloneDX()
    {
        var model = await _stages.PackageAsync(_stages.Definition with { Evaluation = _stages.Definition.Evaluation with { Slices = [new SliceSettings("colour", "colour", null)], MinSliceRows = 20 } });

        (await FaultsAsync(Read(model))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("metadata.component.modelCard.modelParameters.approach.type", "clever")]
    [InlineData("metadata.component.modelCard.quantitativeAnalysis.performanceMetrics.0.value", 0.9)]
    [InlineData("metadata.component.modelCard.quantitativeAnalysis.performanceMetrics.0.unit", "share")]
    [InlineData("metadata.component.hashes.0.content", "no digest")]
    [InlineData("metadata.component.type", "model")]
    [InlineData("components.0.data.0.type", "rows")]
    [InlineData("version", 0)]
    [InlineData("bomFormat", "SPDX")]
    [InlineData("surprise", "yes")]
    public async Task A_wrong_one_is_refused_by_the_same_validation(string path, object value)
    {
        var bom = Read(await _stages.PackageAsync());
        Set(bom, path.Split('.'), JsonValue.Create(value));

        (await FaultsAsync(bom)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task It_tells_the_model_its_rows_and_its_metrics_as_the_package_has_them()
    {
        var model = await _stages.PackageAsync();

        var bom = Read(model);

        var component = bom["metadata"]!["component"]!;
        ((string?)component["name"]).Should().Be(SmallModel.Name);
        ((string?)component["hashes"]![0]!["content"]).Should().Be(model.Candidate.Digest.Hex);
        var card = component["modelCard"]!;
        ((string?)card["modelParameters"]!["architectureFamily"]).Should().Be(model.Candidate.Report.Trainer);
        card["modelParameters"]!["inputs"]!.AsArray().Select(input => (string?)input!["format"]).Should().HaveCount(4).And.Contain("colour: text, one of 3 categories in training");
        card["modelParameters"]!["datasets"]!.AsArray().Select(reference => (string?)reference!["ref"]).Should().Equal("dataset/train", "dataset/validation", "dataset/test");
        var metrics = card["quantitativeAnalysis"]!["performanceMetrics"]!.AsArray();
        var auc = metrics.Single(metric => (string?)metric!["type"] == "rocAuc" && metric["slice"] is null)!;
        var estimate = model.Evaluation.Report.Metrics["rocAuc"];
        double.Parse((string)auc["value"]!, CultureInfo.InvariantCulture).Should().Be(estimate.Value);
        double.Parse((string)auc["confidenceInterval"]!["lowerBound"]!, CultureInfo.InvariantCulture).Should().Be(estimate.Interval!.Low);
        metrics.Should().HaveCount(model.Evaluation.Report.Metrics.Count(metric => metric.Value.Value is not null));
        var train = bom["components"]![0]!["data"]!.AsArray().Single(split => (string?)split!["name"] == "train")!;
        Properties(train["contents"]!["properties"]!).Should().Contain(("rows", "600")).And.Contain(("rows-digest", model.Dataset.Find(DataSplit.Train)!.Digest.ToString()));
        Properties(bom["components"]![0]!["properties"]!).Should().Equal(("rows-digest", model.Dataset.Digest.ToString()));
    }

    [Fact]
    public async Task Slices_have_the_metrics_that_gates_judge()
    {
        var definition = _stages.Definition with { Evaluation = _stages.Definition.Evaluation with { Slices = [new SliceSettings("colour", "colour", null)], MinSliceRows = 20 } };
        var bom = Read(await _stages.PackageAsync(definition));

        var metrics = bom["metadata"]!["component"]!["modelCard"]!["quantitativeAnalysis"]!["performanceMetrics"]!.AsArray();

        metrics.Where(metric => metric!["slice"] is not null).Select(metric => ((string?)metric!["type"], (string?)metric["slice"])).Should().BeEquivalentTo(
            [("rocAuc", "colour = blue"), ("rocAuc", "colour = green"), ("rocAuc", "colour = red")]);
    }

    [Fact]
    public async Task It_names_the_libraries_that_shaped_the_model_and_those_that_serve_it_with_their_pinned_versions()
    {
        var model = await _stages.PackageAsync();

        var libraries = Read(model)["components"]!.AsArray().Skip(1).ToDictionary(library => (string)library!["name"]!, library => library!);

        var pinned = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(version => (string)version.Attribute("Include")!, version => (string)version.Attribute("Version")!);
        foreach (var (name, library) in libraries)
        {
            ((string?)library["purl"]).Should().Be($"pkg:nuget/{name}@{pinned[name]}");
        }

        model.Stored.Package.Manifest.Runtimes.Keys.Should().BeSubsetOf(libraries.Keys);
        Properties(libraries["Microsoft.ML.OnnxRuntime"]["properties"]!).Should().Equal(("used-for", "training"), ("used-for", "serving"));
        libraries.ContainsKey("LightGBM").Should().Be(model.Candidate.Report.Trainer == TrainerSettings.LightGbm);
    }

    [Fact]
    public void The_services_libraries_are_those_that_its_projects_refer_to()
    {
        var referred = new[] { "Pipeline.Inference", "Pipeline.ModelPackage", "Pipeline.Drift" }
            .SelectMany(project => XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj")).Descendants("PackageReference"))
            .Where(reference => (string?)reference.Attribute("PrivateAssets") != "all")
            .Select(reference => (string)reference.Attribute("Include")!);

        BomLibraries.OfService.Should().BeEquivalentTo(referred.Distinct());
    }

    [Fact]
    public async Task It_knows_no_time_and_no_place()
    {
        var bom = Read(await _stages.PackageAsync());

        bom["serialNumber"].Should().BeNull();
        bom["metadata"]!["timestamp"].Should().BeNull();
        bom.ToJsonString().Should().NotContain(_stages.Fixture.Root);
    }

    private static JsonNode Read(JudgedModel model) => JsonNode.Parse(File.ReadAllText(model.Stored.Package.BomPath))!;

    private static async Task<IEnumerable<string>> FaultsAsync(JsonNode bom) => (await BomSchema.LoadAsync(Token)).Validate(bom.ToJsonString()).Select(fault => fault.ToString());

    private static IEnumerable<(string Name, string Value)> Properties(JsonNode properties) =>
        properties.AsArray().Select(property => (((string)property!["name"]!).Replace("ml-delivery-pipeline:", string.Empty, StringComparison.Ordinal), (string)property["value"]!));

    private static void Set(JsonNode node, ReadOnlySpan<string> path, JsonNode? value)
    {
        var next = path[0];
        if (path.Length > 1)
        {
            Set(int.TryParse(next, out var index) ? node[index]! : node[next]!, path[1..], value);
        }
        else
        {
            node[next] = value;
        }
    }
}
