using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>A promotion record as it lies on disk.</summary>
/// <param name="Path">Its file.</param>
/// <param name="FileDigest">SHA-256 of the file's bytes: what the next record names as its previous.</param>
/// <param name="Statement">Its content.</param>
public sealed record PromotionRecord(string Path, Digest FileDigest, PromotionStatement Statement)
{
    /// <summary>Digest of the package that was promoted.</summary>
    public Digest PackageDigest => DigestOf(Statement.Subject[0]);

    /// <summary>The image that was promoted, by the digest that a registry gave; null if none was.</summary>
    public ResourceDescriptor? Image => Statement.Subject.Count > 1 ? Statement.Subject[1] : null;

    public Digest ModelDigest => Digest.Parse("sha256:" + Statement.Predicate.ModelDigest);

    private static Digest DigestOf(ResourceDescriptor descriptor) => Digest.Parse("sha256:" + descriptor.Digest["sha256"]);
}
