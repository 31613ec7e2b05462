namespace Pipeline.Inference.ModelInfo;

/// <summary>Whether the package's signature was verified before it was loaded.</summary>
/// <param name="Verified">True if a key was demanded, and has signed the package.</param>
/// <param name="Key">That key's fingerprint: SHA-256 of its PEM file. Null if none was demanded.</param>
public sealed record SignatureDescription(bool Verified, string? Key);
