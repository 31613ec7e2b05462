using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What reports show of a model of two classes beside its metrics.</summary>
/// <param name="Positives">Test rows with a true label.</param>
/// <param name="Threshold">The decision threshold.</param>
/// <param name="Confusion">Counts at the threshold.</param>
/// <param name="Calibration">Ten equal-width bins of probability, those without rows left out.</param>
public sealed record BinaryDetail(int Positives, float Threshold, ConfusionMatrix Confusion, IReadOnlyList<CalibrationBin> Calibration)
{
    private const int CurvePoints = 200;
    private const int ScoreBins = 40;

    /// <summary>What each decision threshold would give, from the highest down: some hundred points, whatever the number of rows.</summary>
    public IReadOnlyList<ThresholdPoint> Curve { get; init; } = [];

    /// <summary>Rows by class and probability.</summary>
    public IReadOnlyList<ScoreBin> Scores { get; init; } = [];

    public static BinaryDetail Of(BinarySample answers) => new(answers.Positives, (float)answers.Threshold, answers.Confusion, answers.Calibration)
    {
        Curve = answers.Curve(CurvePoints),
        Scores = answers.Scores(ScoreBins),
    };
}
