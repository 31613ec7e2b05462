using System.Security.Cryptography;
using System.Text;
using Pipeline.Delivery.Signing;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Signing;

public sealed class SigningKeyTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("signing key ");

    private string KeyPath => Path.Combine(_root.FullName, "key.pem");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    // RFC 6979, A.2.5 and A.2.6.
    [InlineData("nistP256", "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", "sample", "3046022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716022100F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")]
    [InlineData("nistP384", "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5", "sample", "306602310094EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE4602310099EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8")]
    public void Signatures_are_the_test_vectors_of_RFC_6979(string curve, string number, string message, string signature)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromFriendlyName(curve), D = Convert.FromHexString(number) });
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());

        var signing = SigningKey.Load(KeyPath, passphrase: null);

        Convert.ToHexString(signing.Sign(Encoding.UTF8.GetBytes(message))).Should().Be(signature);
        signing.PublicKey.Verifies(Encoding.UTF8.GetBytes(message), Convert.FromHexString(signature)).Should().BeTrue();
    }

    [Fact]
    public void Any_common_form_of_the_key_is_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var expected = key.ExportSubjectPublicKeyInfoPem() + "\n";

        Load("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key.ExportECPrivateKeyPem()).PublicKey.Pem.Should().Be(expected);
        Load(key.ExportPkcs8PrivateKeyPem()).PublicKey.Pem.Should().Be(expected);
        Load(key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)), "secret").PublicKey.Pem.Should().Be(expected);
    }

    [Fact]
    public void What_cannot_sign_is_told_with_the_way_out_and_exit_code_64()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        using var rsa = RSA.Create(2048);
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000));

        Refusal(null).Should().StartWith($"--model-signing-key {KeyPath} cannot be read:");
        Refusal("").Should().Contain("is not a private key on P-256 or P-384 in PEM; openssl ecparam -name prime256v1 -genkey");
        Refusal("no key").Should().Contain("is not a private key on P-256 or P-384 in PEM");
        Refusal(rsa.ExportPkcs8PrivateKeyPem()).Should().Contain("is an RSA key; a key on P-256 or P-384 is needed");
        Refusal(rsa.ExportRSAPrivateKeyPem()).Should().Contain("is an RSA key");
        Refusal(large.ExportECPrivateKeyPem()).Should().Contain("is a key of 521 bits on another curve than P-256 and P-384");
        Refusal(key.ExportSubjectPublicKeyInfoPem()).Should().Contain("is a public key; signing needs the private one");
        Refusal("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n").Should().Contain("is a key of OpenSSH");
        Refusal("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n").Should().Contain("openssl pkcs8 -topk8");
        Refusal(encrypted).Should().Contain("is encrypted; set MODEL_SIGNING_KEY_PASSPHRASE");
        Refusal(encrypted, "wrong").Should().Contain("cannot be decrypted with MODEL_SIGNING_KEY_PASSPHRASE").And.NotContain("wrong");
    }

    private SigningKey Load(string pem, string? passphrase = null)
    {
        File.WriteAllText(KeyPath, pem);
        return SigningKey.Load(KeyPath, passphrase);
    }

    private string Refusal(string? pem, string? passphrase = null)
    {
        var act = () => pem is null ? SigningKey.Load(KeyPath, passphrase) : Load(pem, passphrase);
        var refusal = act.Should().Throw<PipelineException>().Which;
        refusal.ExitCode.Should().Be(ExitCode.Usage);
        return refusal.Message;
    }
}
