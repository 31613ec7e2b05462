namespace Pipeline.Delivery.Definition;

/// <summary>Training once more, with the same seed on the same rows, must give the same model.onnx to the last bit.</summary>
public sealed record ReproducibilityGateSettings : GateSettings;
