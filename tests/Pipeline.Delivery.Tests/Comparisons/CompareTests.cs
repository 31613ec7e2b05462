using System.Text.Json.Nodes;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Reports.Comparisons;
using Pipeline.Engine;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Comparisons;

/// <summary>Two models side by side, from what was named to the files.</summary>
public sealed class CompareTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Reports => Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name);

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Candidate_is_compared_with_what_a_stage_runs_and_every_number_is_that_of_a_computation_by_hand()
    {
        var old = await _stages.PackageAsync(_stages.WithStump with { Outputs = (BinaryOutputSettings)_stages.Definition.Outputs with { Threshold = 0.4f } });
        _stages.Promote(old, "dev");
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();

        var comparison = await CompareAsync(new CompareOptions("dev", null));

        var (labels, one, other) = (dataset.Read(DataSplit.Test, Token).Labels.Flags, Probabilities(candidate.OnnxPath, candidate.Schema, dataset), Probabilities(old.Candidate.OnnxPath, old.Candidate.Schema, dataset));
        (comparison.Rows, comparison.Positives).Should().Be((labels.Length, labels.Count(label => label)));
        Metric(BinaryMetricNames.RocAuc).This.Should().BeApproximately(Area(labels, one), 1e-9);
        Metric(BinaryMetricNames.RocAuc).Other.Should().BeApproximately(Area(labels, other), 1e-9);
        Metric(BinaryMetricNames.RocAuc).Difference!.Value.Should().BeApproximately(Area(labels, one) - Area(labels, other), 1e-9);
        Metric(BinaryMetricNames.RocAuc).Difference!.Interval.Method.Should().Be("delong");
        Metric(BinaryMetricNames.Brier).Difference!.Value.Should().BeApproximately(Brier(labels, one) - Brier(labels, other), 1e-9);
        Metric(BinaryMetricNames.Accuracy).Difference!.Value.Should().BeApproximately((double)(Right(labels, one, 0.5f).Count(right => right) - Right(labels, other, 0.4f).Count(right => right)) / labels.Length, 1e-9);
        comparison.Metrics.Should().OnlyContain(metric => metric.Name == BinaryMetricNames.BaseRate || metric.Difference!.Value != 0).And.HaveCount(BinaryMetrics.All.Count);
        foreach (var metric in comparison.Metrics)
        {
            metric.This.Should().BeApproximately(evaluation.Report.Metrics[metric.Name].Value!.Value, 1e-12, "Evaluate says so of the same model");
        }

        var (ours, theirs) = (Right(labels, one, 0.5f), Right(labels, other, 0.4f));
        comparison.Decisions!.OnlyThisRight.Should().Be(ours.Zip(theirs).Count(pair => pair is (true, false)));
        comparison.Decisions.OnlyOtherRight.Should().Be(ours.Zip(theirs).Count(pair => pair is (false, true)));
        comparison.Decisions.Agreement.Should().BeApproximately((double)one.Zip(other).Count(pair => (pair.First >= 0.5f) == (pair.Second >= 0.4f)) / labels.Length, 1e-12);
        comparison.Correlation.Should().BeApproximately(Pearson(one, other), 1e-9);
        comparison.This.Should().Be(new ComparedModel("candidate", null, candidate.Digest, dataset.Digest, candidate.Report.Trainer, new BinaryOutputs("won", "lost", 0.5f), new FileInfo(candidate.OnnxPath).Length));
        comparison.Other.Should().Be(new ComparedModel($"dev {old.Stored.Package.Version}", old.Stored.Package.Digest, old.Candidate.Digest, dataset.Digest, "lightgbm", new BinaryOutputs("won", "lost", 0.4f), new FileInfo(old.Candidate.OnnxPath).Length));
        comparison.ThisCurves!.Calibration.Sum(bin => bin.Rows).Should().Be(labels.Length);
        comparison.OtherCurves!.Curve[^1].Should().Match<ThresholdPoint>(point => point.TruePositives + point.FalsePositives == labels.Length);

        ComparedMetric Metric(string name) => comparison.Metrics.Single(metric => metric.Name == name);
    }

    [Fact]
    public async Task Outcomes_are_by_the_intervals_and_by_which_way_is_better()
    {
        _stages.Promote(await _stages.PackageAsync(_stages.WithStump), "dev");

        var comparison = await CompareAsync(new CompareOptions("dev", null));

        foreach (var metric in comparison.Metrics)
        {
            var (low, high) = (metric.Difference!.Interval.Low, metric.Difference.Interval.High);
            var isLoss = metric.Name is "logLoss" or "brier" or "ece" or "eceEqualMass" or "mce" or "falsePositiveRate";
            var isNeither = metric.Name is "predictedPositiveRate" or "meanProbability" or "baseRate";
            metric.OutcomeText.Should().Be(low <= 0 && high >= 0 ? "no difference" : isNeither ? "differs" : low > 0 != isLoss ? "better" : "worse", metric.Name);
        }

        comparison.Metrics.Where(metric => metric.Name is "rocAuc" or "logLoss").Should().OnlyContain(metric => metric.Outcome == ComparedOutcome.Better, "one tree with two leaves knows less");
    }

    [Fact]
    public async Task Exchanged_sides_exchange_signs_and_outcomes()
    {
        var (old, model) = (await _stages.PackageAsync(_stages.WithStump), await _stages.PackageAsync());

        var there = await CompareAsync(new CompareOptions(old.Stored.Package.Version, model.Stored.Package.Version));
        var back = await CompareAsync(new CompareOptions(model.Stored.Package.Version, old.Stored.Package.Version));

        there.This.Should().Be(back.Other);
        there.Decisions!.OnlyThisRight.Should().Be(back.Decisions!.OnlyOtherRight);
        foreach (var (one, other) in there.Metrics.Zip(back.Metrics))
        {
            one.Difference!.Value.Should().BeApproximately(-other.Difference!.Value, 1e-12);
            one.Difference.Interval.Low.Should().BeApproximately(-other.Difference.Interval.High, 1e-12, one.Name);
            one.Outcome.Should().Be(
                other.Outcome switch
                {
                    ComparedOutcome.Better => ComparedOutcome.Worse,
                    ComparedOutcome.Worse => ComparedOutcome.Better,
                    var same => same,
                },
                one.Name);
        }
    }

    [Fact]
    public async Task Nothing_differs_between_a_model_and_itself()
    {
        _stages.Promote(await _stages.PackageAsync(), "dev");

        var comparison = await CompareAsync(new CompareOptions("dev", null));

        comparison.Metrics.Should().OnlyContain(metric => metric.Difference!.Value == 0 && metric.Outcome == ComparedOutcome.NoDifference);
        comparison.Decisions.Should().Be(new ComparedDecisions(1, 0, 0, 1));
        comparison.Summary().Should().StartWith("Both are the same model.onnx");
        _stages.Fixture.Log.Should().Contain("Compare: Both are the same model.onnx with the same threshold, so that they cannot differ.");
    }

    [Fact]
    public async Task Candidate_is_not_needed_where_two_packages_are_named()
    {
        var (old, model) = (await _stages.PackageAsync(_stages.WithStump), await _stages.PackageAsync());
        _stages.Promote(old, "dev");
        var options = new CompareOptions("dev", model.Stored.Package.Version);

        await _stages.NewDelivery(compare: options).CompareAsync(await _stages.PrepareAsync(), candidate: null, isToOpen: false, Token);

        Read().This.Name.Should().Be(model.Stored.Package.Version);
        Read().Other.Name.Should().Be($"dev {old.Stored.Package.Version}");
    }

    [Fact]
    public async Task Columns_that_only_one_of_both_takes_are_told()
    {
        var narrow = _stages.WithQuery("SELECT amount, colour, won, day FROM source WHERE colour <> 'red' OR day >= '2020-03-01'");
        await File.WriteAllTextAsync(_stages.Definition.GoldenRequestsPath, """[{"amount": 3.5, "colour": "green"}]""", Token);
        var old = await _stages.PackageAsync(narrow with { Training = _stages.WithStump.Training });
        await File.WriteAllTextAsync(_stages.Definition.GoldenRequestsPath, SmallModel.GoldenRequests, Token);

        var comparison = await CompareAsync(new CompareOptions(old.Stored.Package.Version, null));

        comparison.Features.Select(feature => (feature.Name, feature.Change)).Should().Equal(("colour", FeatureChange.Categories), ("discount", FeatureChange.Added), ("shop", FeatureChange.Added));
        comparison.Features[0].AddedCategories.Should().Equal("red");
        comparison.Notes()[0].Should().StartWith($"{old.Stored.Package.Version} was trained on other data");
        (await File.ReadAllTextAsync(Path.Combine(Reports, "compare.md"), Token)).Should().Contain("- colour: only this model knows red\n");
    }

    [Fact]
    public async Task A_package_that_needs_columns_that_are_gone_is_told_with_their_names()
    {
        var model = await _stages.PackageAsync();
        var narrow = SmallModel.Definition.Replace("amount, discount, colour, shop, won", "amount, discount::VARCHAR AS discount, colour, won", StringComparison.Ordinal);
        SmallModel.Write(_stages.ModelDirectory, narrow);

        var act = () => CompareAsync(new CompareOptions(model.Stored.Package.Version, null), ModelDefinitionReader.Read(_stages.ModelDirectory));

        var fault = (await act.Should().ThrowAsync<PipelineException>()).Which;
        fault.ExitCode.Should().Be(ExitCode.ToolError);
        fault.Message.Should().Be($"Compare: {model.Stored.Package.Version} needs columns that the query no longer gives as such (discount, shop). Put them back into data.query of models/bids/model.yaml, or compare with another stage or version.");
        File.Exists(Path.Combine(Reports, "compare.json")).Should().BeFalse();
    }

    [Fact]
    public async Task A_package_that_is_lost_is_told_with_how_to_have_it_again()
    {
        var old = await _stages.PackageAsync(_stages.WithStump);
        _stages.Promote(old, "dev");
        Directory.Delete(Path.Combine(_stages.Fixture.Artifacts, "store", "Package"), recursive: true);

        var act = () => CompareAsync(new CompareOptions("dev", null));

        var fault = (await act.Should().ThrowAsync<PipelineException>()).Which;
        fault.ExitCode.Should().Be(ExitCode.ToolError);
        fault.Message.Should().Be(
            $"Compare: the package {old.Stored.Package.Version} that dev runs is neither whole in the store nor to be had from an image (the record names no image). "
            + "To make it anew, run ./build.sh Package on the commit that made it; or compare with another stage or version.");
    }

    [Fact]
    public async Task A_harmed_package_in_the_store_is_not_compared()
    {
        var old = await _stages.PackageAsync(_stages.WithStump);
        await File.AppendAllTextAsync(old.Stored.Package.OnnxPath, "x", Token);

        var act = () => CompareAsync(new CompareOptions(old.Stored.Package.Version, null));

        await act.Should().ThrowAsync<PipelineException>().WithMessage($"Compare: the package {old.Stored.Package.Version} is neither whole in the store nor to be had from an image (no promotion record names it).*");
    }

    [Theory]
    [InlineData(null, null, ExitCode.Usage, "Compare needs a stage or a version to compare with: ./build.sh Compare --with dev")]
    [InlineData("prodution", null, ExitCode.Usage, "--with prodution: bids has no such stage or version; did you mean 'production'?*")]
    [InlineData("dev", "prodution", ExitCode.Usage, "--and prodution: bids has no such stage or version; did you mean 'production'?*")]
    [InlineData("staging", null, ExitCode.ToolError, "--with staging: bids has nothing in staging yet.*")]
    public void What_cannot_be_compared_is_told_before_anything_runs(string? with, string? and, ExitCode exitCode, string message)
    {
        var act = () => _stages.NewDelivery(compare: new CompareOptions(with, and));

        act.Should().Throw<PipelineException>().WithMessage(message).Which.ExitCode.Should().Be(exitCode);
    }

    [Fact]
    public async Task Every_form_is_written_and_the_console_has_the_same_numbers()
    {
        _stages.Promote(await _stages.PackageAsync(_stages.WithStump), "dev");

        var comparison = await CompareAsync(new CompareOptions("dev", null));

        Directory.EnumerateFiles(Reports).Select(Path.GetFileName).Should().Contain(["compare.html", "compare.md", "compare.json"]);
        ((int)JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(Reports, "compare.json"), Token))!["schemaVersion"]!).Should().Be(ModelComparison.CurrentSchemaVersion);
        var printed = _stages.Fixture.Printed.Split('\n').Select(line => line.Trim().Trim('│').Split('│', StringSplitOptions.TrimEntries)).ToList();
        comparison.Metrics.Should().OnlyContain(metric => printed.Exists(cells => cells.SequenceEqual(ComparisonText.Cells(metric))));
        _stages.Fixture.Log.Should().Contain($"Compare: {comparison.Summary()}").And.Contain($"Compare: report: {Path.Combine(Reports, "compare.html")}");
        _stages.StoredFiles(CompareStage.Name).Should().BeEmpty("nothing is packaged or kept");
        Directory.EnumerateFileSystemEntries(Path.Combine(_stages.Fixture.Artifacts, "tmp")).Should().BeEmpty();
    }

    private async Task<ModelComparison> CompareAsync(CompareOptions options, ModelDefinition? definition = null)
    {
        var (dataset, candidate, _) = await _stages.EvaluateAsync(definition);
        await _stages.NewDelivery(compare: options).CompareAsync(dataset, candidate, isToOpen: false, Token);
        return Read();
    }

    private ModelComparison Read() => PackageJson.Deserialize<ModelComparison>(File.ReadAllBytes(Path.Combine(Reports, "compare.json")), "compare.json");

    private static double[] Probabilities(string onnxPath, FeatureSchema schema, Dataset dataset)
    {
        using var scorer = OnnxScorer.Load(onnxPath, schema);
        return [.. scorer.Score(dataset.Read(DataSplit.Test, Token).Features, Token).Select(p => (double)p)];
    }

    private static double Area(bool[] labels, double[] p)
    {
        var pairs = from i in Enumerable.Range(0, p.Length) where labels[i] from j in Enumerable.Range(0, p.Length) where !labels[j] select p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
        return pairs.Average();
    }

    private static double Brier(bool[] labels, double[] p) => labels.Zip(p, (label, q) => Math.Pow(q - (label ? 1 : 0), 2)).Average();

    private static bool[] Right(bool[] labels, double[] p, float threshold) => [.. labels.Zip(p, (label, q) => q >= threshold == label)];

    private static double Pearson(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
