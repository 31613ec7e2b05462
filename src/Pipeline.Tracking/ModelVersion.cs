namespace Pipeline.Tracking;

/// <summary>A version of a registered model.</summary>
/// <param name="Model">The registered model.</param>
/// <param name="Version">From 1.</param>
/// <param name="RunId">The run that made it; null if unknown.</param>
/// <param name="Source">Where its files are.</param>
/// <param name="Description">Markdown; null if there is none.</param>
/// <param name="Created">When it was registered.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Aliases">The aliases that point to it.</param>
public sealed record ModelVersion(
    string Model,
    int Version,
    string? RunId,
    string Source,
    string? Description,
    DateTimeOffset Created,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Aliases)
{
    /// <summary>The digest of the package; null if it was not registered by this pipeline.</summary>
    public string? Package => Tags.GetValueOrDefault(TrackingTags.Package);
}
