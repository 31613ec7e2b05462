using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>A named thing with its digest, as in-toto writes subjects and evidence.</summary>
public sealed record ResourceDescriptor(string Name, IReadOnlyDictionary<string, string> Digest)
{
    private const string Algorithm = "sha256";

    public static ResourceDescriptor Of(string name, Digest digest) => new(name, new Dictionary<string, string> { [Algorithm] = digest.Hex });

    /// <exception cref="FormatException">It has none.</exception>
    public Digest Sha256() => ModelPackage.Digest.Parse($"{Algorithm}:{Digest.GetValueOrDefault(Algorithm)}");
}
