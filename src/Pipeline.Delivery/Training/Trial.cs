using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Training;

/// <summary>One trainer's result on the validation rows.</summary>
/// <param name="Trainer">The trainer's name.</param>
/// <param name="Validation">Metrics on the validation rows; null where undefined.</param>
/// <param name="OnnxBytes">Size of its ONNX file.</param>
public sealed record Trial(string Trainer, IReadOnlyDictionary<string, double?> Validation, long OnnxBytes)
{
    /// <summary>Which it was, from 1, in the order in which they were made.</summary>
    public int Number { get; init; } = 1;

    /// <summary>Why it gave no model; null if it gave one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }

    /// <summary>The settings that the trainer uses, by their names in model.yaml; empty in reports of before there were any.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>How it got better with more trees, by rising step; empty for trainers that do not add up trees.</summary>
    public IReadOnlyList<LearningCurvePoint> LearningCurve { get; init; } = [];
}
