using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>A request row with the answer that the model gave in the pipeline; the smoke test demands the same answer of the running service.</summary>
/// <param name="Row">Column values as a client sends them: numbers, strings, null for missing.</param>
public sealed record GoldenRow(JsonObject Row)
{
    /// <summary>The expected probability, of a binary model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Probability { get; init; }

    /// <summary>The expected probabilities, of a model of several classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Probabilities { get; init; }

    /// <summary>The expected number, of a model of a number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Prediction { get; init; }

    /// <summary>The expected label; null for a model of a number.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <param name="row">As a client sends it.</param>
    /// <param name="outputs">What the model answers.</param>
    /// <param name="answer">The numbers that it answered.</param>
    public static GoldenRow Of(JsonObject row, ModelOutputs outputs, ReadOnlySpan<float> answer) => new(row)
    {
        Probability = outputs is BinaryOutputs ? answer[0] : null,
        Probabilities = outputs is MulticlassOutputs ? answer.ToArray() : null,
        Prediction = outputs is RegressionOutputs ? answer[0] : null,
        Label = outputs.LabelOf(answer),
    };

    /// <summary>The expected numbers, as <see cref="OnnxScorer"/> gives them; empty if the row has none.</summary>
    public float[] Answer() => Probability is { } probability ? [probability] : Prediction is { } number ? [number] : [.. Probabilities ?? []];

    /// <summary>What is wrong with an answer to the row; null if nothing is.</summary>
    /// <param name="outputs">What the model answers.</param>
    /// <param name="answer">Its numbers.</param>
    /// <param name="label">The label; null for none.</param>
    /// <param name="tolerance">The greatest <see cref="ModelOutputs.DifferenceOf"/> that is none.</param>
    public string? FaultOf(ModelOutputs outputs, ReadOnlySpan<float> answer, string? label, double tolerance)
    {
        var wanted = Answer();

        // NaN agrees with nothing.
        return wanted.Length == answer.Length && outputs.DifferenceOf(wanted, answer) <= tolerance && label == Label
            ? null
            : $"{outputs.Tensor} {Text(answer, label)} instead of {Text(wanted, Label)}";
    }

    private static string Text(ReadOnlySpan<float> answer, string? label)
    {
        var numbers = string.Join(", ", answer.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
        return $"{(answer.Length == 1 ? numbers : $"[{numbers}]")}{(label is null ? string.Empty : $" ({label})")}";
    }
}
