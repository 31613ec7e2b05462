using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Promotion;

/// <summary>A record of a stage as it lies on disk: a statement, or an envelope with one that is signed.</summary>
/// <param name="Path">Its file.</param>
/// <param name="FileDigest">SHA-256 of the file's bytes: what the next record names as its previous.</param>
/// <param name="Envelope">With the signatures; null if it is not signed.</param>
public abstract record StageRecord(string Path, Digest FileDigest, DsseEnvelope? Envelope)
{
    /// <summary>Where it stands in the chain.</summary>
    public abstract IStagePredicate Header { get; }

    /// <summary>The package, then the image if there is one.</summary>
    public abstract IReadOnlyList<ResourceDescriptor> Subject { get; }

    /// <summary>Digest of the package that it is about.</summary>
    public Digest PackageDigest => Subject[0].Sha256();

    /// <summary>The image that it is about, by the digest that a registry gave; null if there is none.</summary>
    public ResourceDescriptor? Image => Subject.Count > 1 ? Subject[1] : null;

    public Digest ModelDigest => Digest.Parse("sha256:" + Header.ModelDigest);

    /// <summary>Its place in the chain and its digest, as other records name it: <c>stages/production/0003.json</c>.</summary>
    public ResourceDescriptor Descriptor => ResourceDescriptor.Of($"stages/{Header.Stage}/{System.IO.Path.GetFileName(Path)}", FileDigest);

    /// <summary>True if both are about the same package and, if there are any, the same image.</summary>
    public static bool SameSubjects(IReadOnlyList<ResourceDescriptor> one, IReadOnlyList<ResourceDescriptor> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Name == pair.Second.Name && pair.First.Sha256() == pair.Second.Sha256());
}
