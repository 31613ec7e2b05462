namespace Pipeline.ModelPackage;

/// <summary>What a binary model answers: a probability, and a label by comparing it to the threshold.</summary>
/// <param name="PositiveLabel">Name of the class whose probability is given.</param>
/// <param name="NegativeLabel">Name of the other class.</param>
/// <param name="Threshold">A row is positive iff its probability is at least this.</param>
public sealed record ModelOutputs(string PositiveLabel, string NegativeLabel, float Threshold)
{
    public bool IsPositive(float probability) => probability >= Threshold;

    public string LabelOf(float probability) => IsPositive(probability) ? PositiveLabel : NegativeLabel;
}
