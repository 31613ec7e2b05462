using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Training;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Training;

public sealed class LearningCurveTests(TrainedStore trained) : IDisposable
{
    private static readonly string[] Metrics = [BinaryMetricNames.LogLoss, BinaryMetricNames.RocAuc];

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Theory]
    [InlineData(TrainerSettings.LightGbm)]
    [InlineData(TrainerSettings.FastTree)]
    public async Task The_last_point_is_the_model_on_the_validation_rows(string trainer)
    {
        var trial = await TrialAsync(trainer);

        trial.LearningCurve.Select(point => point.Step).Should().BeInAscendingOrder().And.StartWith(1);
        foreach (var metric in Metrics)
        {
            trial.LearningCurve[^1].Validation[metric].Should().BeApproximately(trial.Validation[metric]!.Value, 1e-6, metric);
        }
    }

    [Fact]
    public async Task Logistic_regression_has_no_curve() => (await TrialAsync(TrainerSettings.LogisticRegression)).LearningCurve.Should().BeEmpty();

    [Theory]
    [InlineData(TrainerSettings.LightGbm)]
    [InlineData(TrainerSettings.FastTree)]
    public void Training_loss_falls_with_each_tree_where_classes_can_be_told_apart(string trainer)
    {
        var curve = CurveOf(trainer, trees: 12, Separable(2_000));

        curve.Select(point => point.Step).Should().Equal(Enumerable.Range(1, 12));
        curve.Select(point => point.Training[BinaryMetricNames.LogLoss]!.Value).Should().BeInDescendingOrder();
        curve[^1].Training[BinaryMetricNames.RocAuc].Should().BeGreaterThan(0.999);
    }

    [Theory]
    [InlineData(TrainerSettings.LightGbm)]
    [InlineData(TrainerSettings.FastTree)]
    public void The_same_rows_give_the_same_bytes(string trainer) =>
        PackageJson.Serialize(CurveOf(trainer, trees: 50, Separable(5_000))).Should().Equal(PackageJson.Serialize(CurveOf(trainer, trees: 50, Separable(5_000))));

    [Fact]
    public void Rows_of_one_class_have_a_loss_and_no_area()
    {
        var rows = Separable(500);
        var history = History(TrainerSettings.LightGbm, trees: 5, rows);

        var curve = LearningCurves.Of(history, rows, rows with { Labels = RowLabels.OfFlags(new bool[rows.Labels.Flags.Length]) }, new BinaryOutputs("yes", "no", 0.5f), Token);

        curve.Should().OnlyContain(point => point.Validation[BinaryMetricNames.RocAuc] == null && point.Validation[BinaryMetricNames.LogLoss] > 0);
    }

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(21, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21 })]
    [InlineData(100, new[] { 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100 })]
    public void Steps_are_the_first_tree_the_last_and_evenly_between(int trees, int[] steps) => LearningCurves.Steps(trees).Should().Equal(steps);

    [Theory]
    [InlineData(20_000, 1)]
    [InlineData(20_001, 2)]
    [InlineData(75_000, 4)]
    public void Of_many_training_rows_every_so_manieth_counts(int rows, int step) => LearningCurves.TrainingStep(rows).Should().Be(step);

    [Fact]
    public void Every_third_row_is_the_first_the_fourth_and_so_on()
    {
        var rows = Separable(8);

        var taken = rows.Every(3);

        taken.Labels.Flags.Should().Equal(rows.Labels.Flags[0], rows.Labels.Flags[3], rows.Labels.Flags[6]);
        taken.Features.Numeric.Should().Equal(rows.Features.Numeric[0], rows.Features.Numeric[3], rows.Features.Numeric[6]);
        taken.Features.Categories[0].Should().Equal(rows.Features.Categories[0][0], rows.Features.Categories[0][3], rows.Features.Categories[0][6]);
    }

    [Fact]
    public async Task A_trial_has_the_settings_that_its_trainer_uses()
    {
        (await TrialAsync(TrainerSettings.LogisticRegression)).Parameters.Should().BeEquivalentTo(new Dictionary<string, string> { ["l2"] = "0.1" });
        (await TrialAsync(TrainerSettings.LightGbm)).Parameters.Keys.Should().Equal("trees", "leaves", "learningRate", "minExamplesPerLeaf", "l2");
    }

    [Fact]
    public void Settings_are_written_alike_in_every_culture()
    {
        using var german = new CultureScope("de-DE");

        Trainers.Parameters(Settings(TrainerSettings.FastTree, 1_000)).Should().Equal(
            new Dictionary<string, string> { ["trees"] = "1000", ["leaves"] = "8", ["learningRate"] = "0.1", ["minExamplesPerLeaf"] = "5" });
    }

    [Fact]
    public async Task A_report_from_before_there_were_curves_and_settings_loads()
    {
        var candidate = await _stages.TrainAsync();
        var path = Path.Combine(candidate.Directory, CandidateModel.ReportFile);
        var json = JsonNode.Parse(await File.ReadAllBytesAsync(path, Token))!;
        foreach (var trial in json["trials"]!.AsArray())
        {
            trial!.AsObject().Remove("parameters").Should().BeTrue();
            trial.AsObject().Remove("learningCurve").Should().BeTrue();
        }

        var report = PackageJson.Deserialize<TrainingReport>(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()), path);

        report.Trials.Should().HaveCount(candidate.Report.Trials.Count).And.OnlyContain(trial => trial.Parameters.Count == 0 && trial.LearningCurve.Count == 0);
    }

    private async Task<Trial> TrialAsync(string trainer) => (await _stages.TrainAsync()).Report.Trials.Single(trial => trial.Trainer == trainer);

    private static IReadOnlyList<LearningCurvePoint> CurveOf(string trainer, int trees, LabeledBatch rows) => LearningCurves.Of(History(trainer, trees, rows), rows, rows.Every(2), new BinaryOutputs("yes", "no", 0.5f), Token);

    private static BoostingHistory History(string trainer, int trees, LabeledBatch rows)
    {
        var encoding = FeatureEncoding.Fit(rows.Features);
        return BoostingHistory.Of(encoding, Trainers.Fit(ModelTask.Binary, Settings(trainer, trees), 1, encoding, rows, rows, weights: null))!;
    }

    private static TrainerSettings Settings(string trainer, int trees) => new(trainer, trees, Leaves: 8, LearningRate: 0.1, MinExamplesPerLeaf: 5, L2: 0);

    /// <summary>A number and a colour that tell the classes apart together.</summary>
    private static LabeledBatch Separable(int count)
    {
        var random = new Random(1);
        var rows = new FeatureBatch(new FeatureSchema([new Feature("x", FeatureKind.Numeric, false), new Feature("colour", FeatureKind.Categorical, false)]), count);
        for (var row = 0; row < count; row++)
        {
            rows.Numeric[row] = random.NextSingle();
            rows.Categories[0][row] = random.Next(2) == 0 ? "red" : "blue";
        }

        return new LabeledBatch(rows, RowLabels.OfFlags([.. Enumerable.Range(0, count).Select(row => rows.Numeric[row] > 0.5 ^ rows.Categories[0][row] == "red")]));
    }
}
