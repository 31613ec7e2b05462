namespace Pipeline.ModelPackage.Signing;

/// <summary>What a signature is about.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Digest">Hex digits by algorithm.</param>
public sealed record SignedSubject(string Name, IReadOnlyDictionary<string, string> Digest);
