using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Pipeline.Delivery.Approvals.Signatures;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>
/// No machine here has a hardware key: its part is played by keys made here, which sign what OpenSSH's PROTOCOL.u2f says that a hardware key signs.
/// </summary>
public sealed class HardwareKeyTests : IDisposable
{
    private const string Application = "ssh:";
    private const byte Present = 1;

    private readonly ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _seed = SHA256.HashData("a seed"u8);

    public void Dispose() => _ecdsa.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hardware_keys_signature_verifies_with_its_flags_and_its_counter(bool isEd25519)
    {
        var key = SshPublicKey.FromBlob(Blob(isEd25519));

        key.Verifies("said"u8, Sign(isEd25519, Present, 7)).Should().BeTrue();
        key.Verifies("say"u8, Sign(isEd25519, Present, 7)).Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signature_that_nobody_touched_the_key_for_does_not_count(bool isEd25519) =>
        SshPublicKey.FromBlob(Blob(isEd25519)).Verifies("said"u8, Sign(isEd25519, flags: 0, 7)).Should().BeFalse();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_changed_counter_or_flag_is_found(bool isEd25519)
    {
        var key = SshPublicKey.FromBlob(Blob(isEd25519));
        var signature = Sign(isEd25519, Present, 7);

        // The last four bytes are the counter, the one before is the flags.
        byte[] counted = [.. signature[..^1], 8];
        byte[] flagged = [.. signature[..^5], 5, .. signature[^4..]];

        key.Verifies("said"u8, counted).Should().BeFalse();
        key.Verifies("said"u8, flagged).Should().BeFalse();
    }

    private static byte[] Text(string text) => SshWriter.String(Encoding.UTF8.GetBytes(text));

    private static string TypeOf(bool isEd25519) => isEd25519 ? "sk-ssh-ed25519@openssh.com" : "sk-ecdsa-sha2-nistp256@openssh.com";

    private byte[] Blob(bool isEd25519)
    {
        if (isEd25519)
        {
            var point = new byte[Ed25519.PublicKeySize];
            Ed25519.GeneratePublicKey(_seed, 0, point, 0);
            return [.. Text(TypeOf(true)), .. SshWriter.String(point), .. Text(Application)];
        }

        var q = _ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return [.. Text(TypeOf(false)), .. Text("nistp256"), .. SshWriter.String([4, .. q.X!, .. q.Y!]), .. Text(Application)];
    }

    private byte[] Sign(bool isEd25519, byte flags, uint counter)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, counter);
        byte[] message = [.. SHA256.HashData(Encoding.UTF8.GetBytes(Application)), flags, .. count, .. SHA256.HashData("said"u8)];
        return [.. Text(TypeOf(isEd25519)), .. SshWriter.String(isEd25519 ? SignEd25519(message) : SignEcdsa(message)), flags, .. count];
    }

    private byte[] SignEd25519(byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    private byte[] SignEcdsa(byte[] message)
    {
        var signature = _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return [.. Number(signature[..32]), .. Number(signature[32..])];
    }

    /// <summary>A positive mpint.</summary>
    private static byte[] Number(byte[] bytes)
    {
        var trimmed = bytes.AsSpan().TrimStart((byte)0).ToArray();
        return SshWriter.String(trimmed.Length > 0 && trimmed[0] >= 0x80 ? [0, .. trimmed] : trimmed);
    }
}
