namespace Pipeline.OnnxExport;

/// <summary>How far ONNX Runtime's probabilities are from ML.NET's, row by row.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="MaxDifference">Greatest |p_onnx − p_mlnet|; NaN if any probability is NaN.</param>
/// <param name="WorstRow">Index of the row of the greatest difference (the first NaN, if any), from 0; -1 if there are no rows.</param>
/// <param name="MlNetProbability">ML.NET's probability of that row.</param>
/// <param name="OnnxProbability">ONNX Runtime's probability of that row.</param>
/// <param name="LabelDisagreements">Rows that the two label differently at the model's threshold.</param>
/// <param name="Tolerance">The greatest difference that passes.</param>
public sealed record ParityReport(
    int Rows,
    double MaxDifference,
    int WorstRow,
    float MlNetProbability,
    float OnnxProbability,
    int LabelDisagreements,
    double Tolerance)
{
    /// <summary>True iff no row differs by more than the tolerance, in its label, or is NaN. No rows prove nothing, so they don't pass.</summary>
    public bool Passed => Rows > 0 && MaxDifference <= Tolerance && LabelDisagreements == 0;
}
