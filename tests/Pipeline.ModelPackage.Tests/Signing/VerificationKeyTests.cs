using System.Security.Cryptography;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.ModelPackage.Tests.Signing;

public sealed class VerificationKeyTests
{
    [Fact]
    public void The_fingerprint_is_that_of_the_file_that_openssl_writes()
    {
        // openssl ecparam -name prime256v1 -genkey | openssl ec -pubout; sha256sum
        const string Pem = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVDslE9VVmrmgxHk+WDDNs/0Ap4Nc\nsEMbFN8OqGfJlFdJmzdrfKd/UQZzZ5I7lbFKXIyy1nlxfJDDIxBRU+JypQ==\n-----END PUBLIC KEY-----\n";

        var key = VerificationKey.Parse(Pem, "key.pem");

        key.Pem.Should().Be(Pem);
        key.Fingerprint.Should().Be(Digest.OfText(Pem));
        VerificationKey.Parse("a comment\r\n" + Pem.Replace("\n", "\r\n", StringComparison.Ordinal), "key.pem").Fingerprint.Should().Be(key.Fingerprint, "line ends do not make another key");
    }

    [Fact]
    public void What_is_no_public_key_on_one_of_the_two_curves_is_refused_with_its_file()
    {
        using var key = TestModelSignature.NewKey();
        using var large = TestModelSignature.NewKey(ECCurve.NamedCurves.nistP521);
        using var rsa = RSA.Create(2048);

        Refusal("").Should().Be("key.pem is not a public key on P-256 or P-384 in PEM.");
        Refusal(rsa.ExportSubjectPublicKeyInfoPem()).Should().Be("key.pem is not a public key on P-256 or P-384 in PEM.");
        Refusal(large.ExportSubjectPublicKeyInfoPem()).Should().Be("key.pem is a key of 521 bits on another curve; P-256 and P-384 are taken.");
        Refusal(key.ExportPkcs8PrivateKeyPem()).Should().StartWith("key.pem holds a private key;");
        Refusal(key.ExportECPrivateKeyPem()).Should().StartWith("key.pem holds a private key;");
    }

    private static string Refusal(string pem) => FluentActions.Invoking(() => VerificationKey.Parse(pem, "key.pem")).Should().Throw<InvalidDataException>().Which.Message;
}
