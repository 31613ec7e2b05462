using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Training;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

/// <summary>Evaluations of made-up answers, for each task.</summary>
internal static class SampleEvaluations
{
    /// <summary>The first class is the most frequent, and neighbours are taken for each other.</summary>
    public static EvaluationReport Multiclass(int rows, IReadOnlyList<string> classes, int resamples = 50) =>
        EvaluationReports.Of(MulticlassAnswers(rows, classes.Count), classes, new Resampling(resamples, 1), TestContext.Current.CancellationToken);

    public static MulticlassSample MulticlassAnswers(int rows, int classes)
    {
        var random = new Random(1);
        var labels = new int[rows];
        var probabilities = new double[rows * classes];
        for (var row = 0; row < rows; row++)
        {
            labels[row] = (int)(classes * random.NextDouble() * random.NextDouble());
            var near = labels[row] + (1.5 * ((2 * random.NextDouble()) - 1));
            var weights = Enumerable.Range(0, classes).Select(c => Math.Exp(-(c - near) * (c - near))).ToArray();
            for (var c = 0; c < classes; c++)
            {
                probabilities[(row * classes) + c] = weights[c] / weights.Sum();
            }
        }

        return MulticlassSample.Of(classes, labels, probabilities);
    }

    /// <summary>Fares: errors grow with the prediction, and a few are far off.</summary>
    public static EvaluationReport Regression(int rows, double unit = 1, int resamples = 50) =>
        EvaluationReports.Of(RegressionAnswers(rows, unit), new Resampling(resamples, 1), TestContext.Current.CancellationToken);

    /// <summary>Writes all forms of it, with one gate that says yes.</summary>
    /// <param name="fixture">Has the folder.</param>
    /// <param name="report">The evaluation.</param>
    /// <param name="definition">Null for that of the small model.</param>
    /// <param name="schema">Null for one without a feature.</param>
    /// <param name="curve">The winner's; null for none.</param>
    public static EvaluationFiles Write(StageFixture fixture, EvaluationReport report, ModelDefinition? definition = null, FeatureSchema? schema = null, IReadOnlyList<LearningCurvePoint>? curve = null)
    {
        var metric = report.Metrics.Keys.First();
        var trial = new Trial("ols", new Dictionary<string, double?> { [metric] = 0.8 }, 12_345) { LearningCurve = curve ?? [] };
        var training = new TrainingReport("ols", metric, 1, 600, schema ?? new FeatureSchema([]), new BinaryOutputs("won", "lost", 0.5f), SmallModel.Stump, [trial], new ParityReport(10, 1e-8, 0, 0.5f, 0.5f, 0, 1e-5));
        var row = new GateRow($"{metric} ≤ 9", report.Rows, GateOutcome.Pass, "a reason") { Value = report.Metrics[metric].Value, Bound = 9 };
        var verdict = new GateVerdict(GateVerdict.CurrentSchemaVersion, SmallModel.Name, Digest.OfText("model"), Digest.OfText("evaluation"), new Dictionary<string, Digest>(), [row]);
        return new EvaluationReportWriter(fixture.Artifacts, fixture.Runner.Store)
            .Write(verdict, definition ?? SmallModel.Parsed with { Training = SmallModel.Parsed.Training with { Metric = metric } }, new CandidateModel("folder", Digest.OfText("model"), training), new CandidateEvaluation("folder", Digest.OfText("evaluation"), report));
    }

    public static RegressionSample RegressionAnswers(int rows, double unit)
    {
        var random = new Random(1);
        var labels = Enumerable.Range(0, rows).Select(_ => unit * (2.5 + (20 * random.NextDouble() * random.NextDouble()))).ToArray();
        var predictions = labels.Select((label, row) => (row % 500 == 499 ? 4 : 0.97) * label * (1 + (0.3 * (random.NextDouble() - random.NextDouble())))).ToArray();
        return RegressionSample.Of(labels, predictions);
    }
}
