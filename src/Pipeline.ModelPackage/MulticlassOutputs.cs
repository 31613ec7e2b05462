using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>What a model of several classes answers: a probability for each, and the label of the most probable one, the first of those that tie.</summary>
/// <param name="Classes">Their names, in the order of the probabilities; at least two.</param>
public sealed record MulticlassOutputs(IReadOnlyList<string> Classes) : ModelOutputs
{
    /// <summary>Name of the answer: the probabilities of the classes, float [N, C].</summary>
    public const string TensorName = "probabilities";

    [JsonIgnore]
    public override string Task => ModelTask.Multiclass;

    [JsonIgnore]
    public override string Tensor => TensorName;

    [JsonIgnore]
    public override int Width => Classes.Count;

    [JsonIgnore]
    public override IReadOnlyList<string> Labels => Classes;

    public override int LabelIndexOf(ReadOnlySpan<float> answer)
    {
        var most = 0;
        for (var i = 1; i < answer.Length; i++)
        {
            most = answer[i] > answer[most] ? i : most;
        }

        return most;
    }

    public override float ScoreOf(ReadOnlySpan<float> answer) => answer[LabelIndexOf(answer)];

    public bool Equals(MulticlassOutputs? other) => other is not null && Classes.SequenceEqual(other.Classes, StringComparer.Ordinal);

    public override int GetHashCode() => Classes.Aggregate(0, (hash, name) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(name)));
}
