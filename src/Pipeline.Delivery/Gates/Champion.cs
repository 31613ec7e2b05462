using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>The model that a stage runs now, for a candidate to be compared with.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="PackageDigest">Its package, from the stage's newest record.</param>
/// <param name="ModelDigest">Digest of its model.onnx, from the same record.</param>
/// <param name="Package">The package's files; null if they could not be had.</param>
/// <param name="WhyMissing">Why not; null if they could.</param>
public sealed record Champion(string Stage, Digest PackageDigest, Digest ModelDigest, PackagedModel? Package, string? WhyMissing);
