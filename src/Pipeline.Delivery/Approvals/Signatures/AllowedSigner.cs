namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>A line of the file of allowed signers: one person's key.</summary>
/// <param name="Person">Who it is: one e-mail address, no pattern.</param>
/// <param name="Key">The key.</param>
/// <param name="Namespaces">What its signatures count for.</param>
/// <param name="ValidAfter">Signatures before this do not count; null for no bound.</param>
/// <param name="ValidBefore">Signatures from this on do not count; null for no bound.</param>
public sealed record AllowedSigner(string Person, SshPublicKey Key, IReadOnlyList<string> Namespaces, DateTimeOffset? ValidAfter, DateTimeOffset? ValidBefore)
{
    public bool IsValid(DateTimeOffset at) => !(at < ValidAfter) && !(at >= ValidBefore);
}
