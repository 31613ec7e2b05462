using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.NewModels;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Examples;

public sealed class ExamplesTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private static string Folder => Path.Combine(Repository.Root, "tests", "Pipeline.Delivery.Tests", "Examples");

    [Theory]
    [InlineData("penguins", "Species", "penguins.json")]
    public async Task An_example_is_what_New_writes(string name, string label, string file)
    {
        var options = new NewModelOptions(_fixture.Root, Path.Combine(Folder, name, "data"), name, [file], label, null, null);

        var made = await new NewModelStage(_fixture.Runner.Store, _fixture.Runner.Log).RunAsync(options, TestContext.Current.CancellationToken);

        foreach (var written in new[] { ModelDefinition.FileName, "golden-requests.json" })
        {
            Snapshot.ShouldBe(Path.Combine("..", "Examples", name, written), await File.ReadAllTextAsync(Path.Combine(made, written), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Penguins_have_three_classes_and_missing_values()
    {
        var dataset = await PrepareAsync("penguins");

        dataset.Summary.Classes.Should().Equal("Adelie", "Chinstrap", "Gentoo");
        dataset.Schema.Features.Should().Contain(feature => feature.Name == "Sex" && feature.AllowsMissing).And.Contain(feature => feature.Name == "Beak Length (mm)" && feature.Kind == FeatureKind.Numeric);
        dataset.Summary.Splits.Sum(split => split.Rows).Should().Be(344);
    }

    [Fact]
    public async Task The_weather_is_divided_by_time_and_no_day_knows_of_itself()
    {
        var dataset = await PrepareAsync("seattle-weather");

        dataset.Summary.Task.Should().Be(ModelTask.Regression);
        dataset.Schema.Features.Select(feature => feature.Name).Should().NotContain(["temp_min", "precipitation", "wind", "weather"]).And.Contain("yesterday_temp_max");
        dataset.Summary.Splits.Sum(split => split.Rows).Should().Be(1_460, "the first of 1,461 days has no day before it");
    }

    [Theory]
    [InlineData("penguins", "accuracy", 0.9)]
    [InlineData("seattle-weather", "r2", 0.7)]
    public async Task An_example_goes_the_whole_way_to_a_package(string name, string metric, double least)
    {
        var definition = ModelDefinitionReader.Read(Path.Combine(Folder, name));
        var dataset = await PrepareAsync(name);
        var (code, token) = (Digest.OfText("code"), TestContext.Current.CancellationToken);

        var candidate = await new TrainStage(_fixture.Runner, code).RunAsync(dataset, definition, token);
        var evaluation = await new EvaluateStage(_fixture.Runner, code).RunAsync(dataset, candidate, definition, token);
        var reports = new EvaluationReportWriter(_fixture.Artifacts, _fixture.Runner.Store);
        var pass = await new GateStage(_fixture.Runner, code, reports).RunAsync(dataset, candidate, evaluation, definition, [], WaiversInForce.None, token);
        var stored = await new PackageStage(_fixture.Runner, code).RunAsync(dataset, candidate, evaluation, pass, definition, token);

        evaluation.Report.Metrics[metric].Value.Should().BeGreaterThan(least);
        candidate.Report.Trials.Should().HaveCount(definition.Training.Search!.Trials);
        var golden = PackageReader.ReadGoldenSample(stored.Package).Rows;
        using var scorer = OnnxScorer.Load(stored.Package.OnnxPath, stored.Package.Manifest.Features);
        scorer.Score(GoldenRequests.Read(definition.GoldenRequestsPath, scorer.Schema).Features, token).Should().Equal(golden.SelectMany(row => row.Answer()));
    }

    private async Task<Dataset> PrepareAsync(string name)
    {
        var definition = ModelDefinitionReader.Read(Path.Combine(Folder, name));
        var dataset = await new PrepareDataStage(_fixture.Runner).RunAsync(definition, "code", TestContext.Current.CancellationToken);
        GoldenRequests.Read(definition.GoldenRequestsPath, dataset.Schema, definition.Data.Attributes).Rows.Should().NotBeEmpty();
        dataset.Summary.Checks.Should().NotContain(check => check.Status == DataCheckStatus.Fail);
        return dataset;
    }
}
