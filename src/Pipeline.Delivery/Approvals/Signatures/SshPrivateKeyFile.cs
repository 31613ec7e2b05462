namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>The file that ssh-keygen keeps a private key in (OpenSSH's PROTOCOL.key): its public half lies in it in the clear.</summary>
internal static class SshPrivateKeyFile
{
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <exception cref="FormatException">It is something else.</exception>
    public static SshPublicKey PublicKeyIn(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith(Begin, StringComparison.Ordinal) || !trimmed.EndsWith(End, StringComparison.Ordinal))
        {
            throw new FormatException("it is not in OpenSSH's form, and there is no public key beside it");
        }

        var reader = new SshReader(Convert.FromBase64String(trimmed[Begin.Length..^End.Length]));
        if (!reader.Take(Magic.Length).SequenceEqual(Magic))
        {
            throw new FormatException("it does not begin as a private key of OpenSSH");
        }

        // Cipher, key derivation, its options, the number of keys.
        _ = reader.String();
        _ = reader.String();
        _ = reader.String();
        _ = reader.UInt32();
        return SshPublicKey.FromBlob(reader.String().ToArray());
    }
}
