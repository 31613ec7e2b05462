using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Evaluation;

public sealed class EvaluateStageTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Metrics_are_those_of_the_ONNX_file_on_the_test_rows()
    {
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();
        var test = dataset.Read(DataSplit.Test, TestContext.Current.CancellationToken);
        var p = ScoreRowByRow(candidate, test.Features);

        var report = evaluation.Report;

        var positives = Enumerable.Range(0, p.Length).Where(i => test.Labels.Flags[i]).ToList();
        var negatives = Enumerable.Range(0, p.Length).Where(i => !test.Labels.Flags[i]).ToList();
        report.Rows.Should().Be(290);
        report.Binary!.Should().BeEquivalentTo(new { Positives = positives.Count, Threshold = 0.5f, Confusion = ConfusionMatrix.Of(test.Labels.Flags, p, 0.5) });
        Metric(BinaryMetricNames.RocAuc).Should().BeApproximately(positives.Average(i => negatives.Average(j => p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0)), 1e-12);
        Metric(BinaryMetricNames.LogLoss).Should().BeApproximately(p.Select((value, i) => -Math.Log(test.Labels.Flags[i] ? value : 1 - value)).Average(), 1e-12);
        Metric(BinaryMetricNames.Brier).Should().BeApproximately(p.Select((value, i) => Math.Pow(value - (test.Labels.Flags[i] ? 1 : 0), 2)).Average(), 1e-12);
        Metric(BinaryMetricNames.Accuracy).Should().BeApproximately(p.Select((value, i) => value >= 0.5 == test.Labels.Flags[i] ? 1.0 : 0).Average(), 1e-12);
        report.Binary!.Confusion.TruePositives.Should().Be(positives.Count(i => p[i] >= 0.5));
        report.Binary.Calibration.Should().BeEquivalentTo(CalibrationBin.Of(test.Labels.Flags, p), options => options.Using<double>(x => x.Subject.Should().BeApproximately(x.Expectation, 1e-12)).WhenTypeIs<double>());
        Metric(BinaryMetricNames.RocAuc).Should().BeInRange(0.85, 0.99, "the model has learned something, and the rows are noisy");

        double Metric(string name) => report.Metrics[name].Value!.Value;
    }

    [Fact]
    public async Task The_second_run_restores_the_first_ones_output()
    {
        var (_, _, first) = await _stages.EvaluateAsync();
        var (_, _, second) = await _stages.EvaluateAsync();

        second.Should().BeEquivalentTo(first);
        _stages.Fixture.Log.Should().ContainMatch("Evaluate: restored*").And.NotContainMatch("Evaluate: done*");
    }

    [Fact]
    public async Task Another_threshold_gives_another_evaluation_of_the_same_model()
    {
        var (_, candidate, evaluation) = await _stages.EvaluateAsync();

        var (_, sameCandidate, other) = await _stages.EvaluateAsync(_stages.Definition with { Outputs = new BinaryOutputSettings("won", "lost", 0.9f) });

        sameCandidate.Digest.Should().Be(candidate.Digest);
        other.Digest.Should().NotBe(evaluation.Digest);
        other.Report.Metrics[BinaryMetricNames.RocAuc].Should().Be(evaluation.Report.Metrics[BinaryMetricNames.RocAuc]);
        other.Report.Metrics[BinaryMetricNames.Recall].Value.Should().BeLessThan(evaluation.Report.Metrics[BinaryMetricNames.Recall].Value!.Value);
    }

    /// <summary>Through ONNX Runtime's own interface and nothing of ours.</summary>
    private static double[] ScoreRowByRow(CandidateModel candidate, FeatureBatch rows)
    {
        OnnxRuntimeEnvironment.EnsureStarted();
        using var session = new InferenceSession(candidate.OnnxPath);
        var width = rows.Schema.Numeric.Count;
        return [.. Enumerable.Range(0, rows.RowCount).Select(row =>
        {
            var numbers = NamedOnnxValue.CreateFromTensor("numeric_features", new DenseTensor<float>(rows.Numeric.AsMemory(row * width, width).ToArray(), [1, width]));
            var texts = rows.Schema.Categorical.Select((feature, i) => NamedOnnxValue.CreateFromTensor(feature.Name, new DenseTensor<string>(new[] { rows.Categories[i][row] }, [1, 1])));
            using var answer = session.Run([numbers, .. texts]);
            return (double)answer.Single().AsTensor<float>().Single();
        })];
    }
}
