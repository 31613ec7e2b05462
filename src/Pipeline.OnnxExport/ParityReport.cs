namespace Pipeline.OnnxExport;

/// <summary>How far ONNX Runtime's answers are from ML.NET's, row by row.</summary>
/// <param name="Rows">Rows compared.</param>
/// <param name="MaxDifference">Greatest <see cref="Pipeline.ModelPackage.ModelOutputs.DifferenceOf"/>: of probabilities |p_onnx − p_mlnet|; NaN if any number is NaN.</param>
/// <param name="WorstRow">Index of the row of the greatest difference (the first NaN, if any), from 0; -1 if there are no rows.</param>
/// <param name="MlNetAnswer">ML.NET's answer to that row; of several classes the probability that differs most.</param>
/// <param name="OnnxAnswer">ONNX Runtime's, of the same class.</param>
/// <param name="LabelDisagreements">Rows that the two label differently; none of a number.</param>
/// <param name="Tolerance">The greatest difference that passes.</param>
public sealed record ParityReport(
    int Rows,
    double MaxDifference,
    int WorstRow,
    float MlNetAnswer,
    float OnnxAnswer,
    int LabelDisagreements,
    double Tolerance)
{
    /// <summary>True iff no row differs by more than the tolerance, in its label, or is NaN. No rows prove nothing, so they don't pass.</summary>
    public bool Passed => Rows > 0 && MaxDifference <= Tolerance && LabelDisagreements == 0;
}
