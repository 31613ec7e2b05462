using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>What <c>ssh-keygen -Y sign</c> writes: a signature with its key and the namespace that it is for (OpenSSH's PROTOCOL.sshsig, version 1).</summary>
/// <param name="Key">That claims to have signed; whose it is, the allowed signers say.</param>
/// <param name="Namespace">What it was made for; a signature for git is none for this.</param>
/// <param name="HashAlgorithm"><c>sha256</c> or <c>sha512</c>.</param>
/// <param name="Value">The signature itself.</param>
public sealed record SshSignature(SshPublicKey Key, string Namespace, string HashAlgorithm, byte[] Value)
{
    private const string Begin = "-----BEGIN SSH SIGNATURE-----";
    private const string End = "-----END SSH SIGNATURE-----";
    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "SSHSIG"u8;

    /// <exception cref="FormatException">It is no signature of this form.</exception>
    public static SshSignature Parse(byte[] blob)
    {
        var reader = new SshReader(blob);
        if (!reader.Take(Magic.Length).SequenceEqual(Magic))
        {
            throw new FormatException("it does not begin as a signature of OpenSSH.");
        }

        if (reader.UInt32() is var version && version != Version)
        {
            throw new FormatException($"it has the version {version}; known is {Version}.");
        }

        var key = SshPublicKey.FromBlob(reader.String().ToArray());
        var purpose = reader.Text();
        _ = reader.String();
        var signature = new SshSignature(key, purpose, reader.Text(), reader.String().ToArray());
        reader.End();
        return signature;
    }

    /// <summary>The bytes between the lines that ssh-keygen puts around them.</summary>
    /// <exception cref="FormatException">The lines are not there.</exception>
    public static byte[] FromArmor(string text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith(Begin, StringComparison.Ordinal) && trimmed.EndsWith(End, StringComparison.Ordinal)
            ? Convert.FromBase64String(trimmed[Begin.Length..^End.Length])
            : throw new FormatException("it is not between the lines of an SSH signature.");
    }

    /// <summary>True if its key signed these bytes for this namespace.</summary>
    /// <exception cref="FormatException">The signature's bytes make no sense.</exception>
    public bool Verifies(byte[] message)
    {
        byte[]? hash = HashAlgorithm switch { "sha256" => SHA256.HashData(message), "sha512" => SHA512.HashData(message), _ => null };
        return hash is not null && Key.Verifies(
            [.. Magic, .. SshWriter.String(Encoding.UTF8.GetBytes(Namespace)), .. SshWriter.String([]), .. SshWriter.String(Encoding.UTF8.GetBytes(HashAlgorithm)), .. SshWriter.String(hash)],
            Value);
    }
}
