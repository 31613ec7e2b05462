namespace Pipeline.Delivery.Training;

/// <summary>One trainer's result on the validation rows.</summary>
/// <param name="Trainer">The trainer's name.</param>
/// <param name="Validation">Metrics on the validation rows; null where undefined.</param>
/// <param name="OnnxBytes">Size of its ONNX file.</param>
public sealed record Trial(string Trainer, IReadOnlyDictionary<string, double?> Validation, long OnnxBytes);
