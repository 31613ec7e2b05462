namespace Pipeline.Metrics.Multiclass;

/// <summary>How one class is recognized; a rate of 0/0 is null.</summary>
/// <param name="Rows">Rows of the class.</param>
/// <param name="Predicted">Rows that are predicted as it.</param>
/// <param name="Right">Rows that are both.</param>
public sealed record ClassRates(long Rows, long Predicted, long Right)
{
    public double? Precision => Predicted == 0 ? null : (double)Right / Predicted;

    public double? Recall => Rows == 0 ? null : (double)Right / Rows;

    public double? F1 => Rows + Predicted == 0 ? null : 2.0 * Right / (Rows + Predicted);
}
