using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Engine;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Gates;

/// <summary>Every kind of gate on the small model, through the stage.</summary>
public sealed class CandidateJudgeTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Every_kind_of_gate_is_judged_in_the_order_of_a_reader()
    {
        var definition = _stages.Definition with
        {
            Evaluation = EvaluationSettings.Default with { Slices = [new SliceSettings("colour", "colour", null)], MinSliceRows = 50 },
            Gates =
            [
                new ReproducibilityGateSettings(),
                new FairnessGateSettings(FairnessMeasures.DemographicParityDifference, "colour", null, 0.9),
                new MetricGateSettings(BinaryMetricNames.RocAuc, 0.6, null, null) { Slices = ["colour"] },
                new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, null) { MinGain = 0.2, Over = BaselineNames.Prior },
                new MetricGateSettings(BinaryMetricNames.RocAuc, 0.6, null, null),
                new OperationGateSettings(OperationMeasures.Start, 10_000, null),
            ],
        };

        var pass = await _stages.GateAsync(definition);

        pass.Verdict.Rows.Select(row => row.Check).Should().Equal(
            "test rows ≥ 100, of each class ≥ 20",
            "rocAuc ≥ 0.6",
            "rocAuc at least 0.2 better than the prior",
            "rocAuc ≥ 0.6 in each of colour",
            "demographicParityDifference by colour ≤ 0.9",
            RobustnessGate.CheckOf(new BinaryOutputs("won", "lost", 0.5f)),
            "ONNX Runtime within 1e-5 of ML.NET, same labels",
            "trained again, the same model.onnx");
        pass.Verdict.Rows[^1].Reason.Should().Be($"{pass.ModelDigest.Abbreviated} both times");
        pass.Verdict.Rows[^3].Should().BeEquivalentTo(new { Value = 0.0, Bound = 0.0, Reason = "every answer is one" });
    }

    [Theory]
    [InlineData(BaselineNames.Prior, 0.3, GateOutcome.Pass)]
    [InlineData(BaselineNames.Prior, 0.49, GateOutcome.Fail)]
    [InlineData(BaselineNames.OneFeature, 0.1, GateOutcome.Fail)]
    public async Task A_gain_over_a_trivial_model_must_be_sure(string over, double gain, GateOutcome outcome)
    {
        var act = () => _stages.GateAsync(_stages.Definition with { Gates = [new MetricGateSettings(BinaryMetricNames.RocAuc, null, null, null) { MinGain = gain, Over = over }] });

        if (outcome == GateOutcome.Pass)
        {
            (await act()).Verdict.Rows[1].Bound.Should().BeApproximately(0.5 + gain, 1e-12);
            return;
        }

        var told = over == BaselineNames.Prior ? "the share of positives in training reaches 0.5000; " : "the share of positives by amount reaches 0.";
        (await act.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain(told);
    }

    [Fact]
    public void Training_that_gives_another_model_is_not_reproducible()
    {
        var row = ReproducibilityGate.Judge(Digest.OfText("first"), [Digest.OfText("second")], 800);

        row.Outcome.Should().Be(GateOutcome.Fail);
        row.Reason.Should().Contain(Digest.OfText("first").Abbreviated).And.Contain(Digest.OfText("second").Abbreviated);
    }

    [Fact]
    public async Task A_model_that_answers_an_extreme_number_with_none_is_not_robust()
    {
        var test = (await _stages.PrepareAsync()).Read(DataSplit.Test, TestContext.Current.CancellationToken);
        var amounts = test.Features.Schema.Numeric.Select(feature => feature.Name).ToList().IndexOf("amount");

        var row = RobustnessGate.Judge(Overflowing, new BinaryOutputs("won", "lost", 0.5f), test.Features);

        row.Outcome.Should().Be(GateOutcome.Fail);
        row.Value.Should().Be(2 * 50, "two numbers are beyond the square root of the greatest");
        row.Reason.Should().StartWith($"100 of {row.Rows} answers are none, first for amount -3.4028235E+38: ");

        // A logistic function of a square, in which the greatest numbers overflow.
        float[] Overflowing(FeatureBatch batch) => [.. Enumerable.Range(0, batch.RowCount).Select(i => batch.Numeric[(i * batch.Schema.Numeric.Count) + amounts]).Select(amount => MathF.Abs(amount) > 1e35f ? (amount * amount) - (amount * amount) : 0.5f)];
    }
}
