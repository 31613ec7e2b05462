using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>The model whose counters are read: what its series are labelled with, and the reference whose bins they count in.</summary>
/// <param name="Name">Label <c>model</c>.</param>
/// <param name="Digest">The package's; its first digits are the label <c>version</c>.</param>
/// <param name="ReferenceDigest">Of reference.json; null if it is not known.</param>
/// <param name="Reference">The package's profile.</param>
public sealed record CountedModel(string Name, Digest Digest, Digest? ReferenceDigest, ReferenceProfile Reference)
{
    /// <summary>Label <c>version</c>.</summary>
    public string Version => Digest.Abbreviated;

    /// <exception cref="InvalidDataException">The package has no reference profile, or an unsound one.</exception>
    public static CountedModel Of(PackagedModel package) =>
        new(package.Manifest.Name, package.Digest, package.ReferenceDigest, PackageReader.ReadReferenceProfile(package));

    public override string ToString() => $"{Name}:{Version}";

    /// <summary>What is wrong if a service says by model_info that its model of this version is another package; null if nothing is.</summary>
    /// <param name="labels">Of model_info.</param>
    internal string? MisfitOf(IReadOnlyDictionary<string, string> labels)
    {
        if (labels.GetValueOrDefault("model") != Name || labels.GetValueOrDefault("version") != Version)
        {
            return null;
        }

        var (package, reference) = (labels.GetValueOrDefault("sha256"), labels.GetValueOrDefault("reference_sha256"));
        return package is not null && package != Digest.Hex ? $"its package is sha256:{package}, that to be judged {Digest}"
            : ReferenceDigest is { } expected && !string.IsNullOrEmpty(reference) && reference != expected.Hex ? $"it counts in the bins of the reference sha256:{reference}, the package has {expected}"
            : null;
    }
}
