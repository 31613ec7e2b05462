namespace Pipeline.Tracking;

/// <summary>A package to be registered as a version of a model.</summary>
/// <param name="Model">The registered model.</param>
/// <param name="Package">The package's digest, which the version is known by. Kept as the tag <see cref="TrackingTags.Package"/>.</param>
/// <param name="RunId">The run whose artifacts hold the package.</param>
/// <param name="ArtifactPath">The package's folder among them.</param>
/// <param name="Description">Markdown.</param>
/// <param name="User">Who registers it.</param>
/// <param name="Tags">Tags that it has from the start.</param>
public sealed record NewModelVersion(
    string Model, string Package, string RunId, string ArtifactPath, string? Description, string User, IReadOnlyDictionary<string, string> Tags);
