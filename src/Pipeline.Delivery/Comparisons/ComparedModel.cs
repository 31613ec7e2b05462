using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>One of two models that are compared, as reports name it.</summary>
/// <param name="Name"><c>candidate</c>, a version, or a stage with the version that it runs.</param>
/// <param name="PackageDigest">Of its package; null for a candidate, which is none yet.</param>
/// <param name="ModelDigest">Of model.onnx.</param>
/// <param name="DataDigest">Of the rows that it was trained on.</param>
/// <param name="Trainer">That made it.</param>
/// <param name="Outputs">What it answers.</param>
/// <param name="OnnxBytes">Size of model.onnx.</param>
public sealed record ComparedModel(string Name, Digest? PackageDigest, Digest ModelDigest, Digest DataDigest, string Trainer, ModelOutputs Outputs, long OnnxBytes);
