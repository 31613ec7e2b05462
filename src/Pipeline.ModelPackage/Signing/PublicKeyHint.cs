namespace Pipeline.ModelPackage.Signing;

/// <summary>Which key a bundle was signed with, by its own word: good for a message, never for a decision.</summary>
/// <param name="Hint">Hex SHA-256 of the public key's PEM text with its last newline.</param>
public sealed record PublicKeyHint(string? Hint = null);
