using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage.Signing;

/// <summary>What a Sigstore bundle says of its key.</summary>
/// <param name="PublicKey">Names the key; null in bundles that carry a certificate, which are not taken here.</param>
/// <param name="TlogEntries">Entries of a transparency log; none is made, and none is looked at.</param>
public sealed record VerificationMaterial(PublicKeyHint? PublicKey = null, IReadOnlyList<JsonNode>? TlogEntries = null);
