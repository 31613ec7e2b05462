using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>What the served package may be called where the protocol has a version.</summary>
internal static class ModelVersions
{
    /// <summary>Those that clients are told of: the package's version and, if the service knows it, the name of its stage.</summary>
    public static IEnumerable<string> Of(PackagedModel package, string? stage) => stage is null || stage == package.Version ? [package.Version] : [package.Version, stage];

    /// <summary>Whether a client that asks for the version means this package; it may ask for the whole digest, too, or for none.</summary>
    public static bool Matches(PackagedModel package, string? stage, string? version) =>
        version is null || version == package.Version || version == stage || version == package.Digest.Hex || version == package.Digest.ToString();
}
