using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>A named thing with its digest, as in-toto writes subjects and evidence.</summary>
public sealed record ResourceDescriptor(string Name, IReadOnlyDictionary<string, string> Digest)
{
    public static ResourceDescriptor Of(string name, Digest digest) => new(name, new Dictionary<string, string> { ["sha256"] = digest.Hex });
}
