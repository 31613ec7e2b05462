using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>What a smoke test saw, the content of smoke-test.json.</summary>
/// <param name="Model">The model's name and version.</param>
/// <param name="PackageDigest">The package that the service had to serve.</param>
/// <param name="Target"><c>container</c> or <c>process</c>.</param>
/// <param name="TargetDigest">The image's ID, or the digest of the service's binaries.</param>
/// <param name="Checks">Each check, in order.</param>
/// <param name="NotChecked">What this run could not check, and why.</param>
public sealed record SmokeEvidence(string Model, Digest PackageDigest, string Target, string TargetDigest, IReadOnlyList<SmokeCheck> Checks, IReadOnlyList<string> NotChecked)
{
    /// <summary>Digest of operations.json, which lies beside it: what the package costs to operate, and the operation gates' rows. Null before it was measured.</summary>
    public Digest? OperationsDigest { get; init; }

    internal const string File = "smoke-test.json";

    internal const string ContainerTarget = "container";

    internal const string ProcessTarget = "process";
}
