using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>What a model of a number answers: the number.</summary>
/// <param name="Quantity">Name of what is predicted: the label's column.</param>
/// <param name="Unit">Of the number, for people; null if it has none.</param>
public sealed record RegressionOutputs(string Quantity, string? Unit) : ModelOutputs
{
    /// <summary>Name of the answer: the number, float [N].</summary>
    public const string TensorName = "prediction";

    [JsonIgnore]
    public override string Task => ModelTask.Regression;

    [JsonIgnore]
    public override string Tensor => TensorName;

    [JsonIgnore]
    public override int Width => 1;

    [JsonIgnore]
    public override IReadOnlyList<string> Labels => [];

    public override int LabelIndexOf(ReadOnlySpan<float> answer) => -1;
}
