using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>What a binary model answers: a probability, and a label by comparing it to the threshold.</summary>
/// <param name="PositiveLabel">Name of the class whose probability is given.</param>
/// <param name="NegativeLabel">Name of the other class.</param>
/// <param name="Threshold">A row is positive iff its probability is at least this.</param>
public sealed record BinaryOutputs(string PositiveLabel, string NegativeLabel, float Threshold) : ModelOutputs
{
    /// <summary>Name of the answer: the probability of the positive class, float [N].</summary>
    public const string TensorName = "probability";

    private readonly string[] _labels = [PositiveLabel, NegativeLabel];

    [JsonIgnore]
    public override string Task => ModelTask.Binary;

    [JsonIgnore]
    public override string Tensor => TensorName;

    [JsonIgnore]
    public override int Width => 1;

    /// <summary>The positive one first.</summary>
    [JsonIgnore]
    public override IReadOnlyList<string> Labels => _labels;

    public bool IsPositive(float probability) => probability >= Threshold;

    public string LabelOf(float probability) => IsPositive(probability) ? PositiveLabel : NegativeLabel;

    public override int LabelIndexOf(ReadOnlySpan<float> answer) => IsPositive(answer[0]) ? 0 : 1;

    public bool Equals(BinaryOutputs? other) => other is not null && (PositiveLabel, NegativeLabel, Threshold) == (other.PositiveLabel, other.NegativeLabel, other.Threshold);

    public override int GetHashCode() => HashCode.Combine(PositiveLabel, NegativeLabel, Threshold);
}
