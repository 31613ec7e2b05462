using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.ModelPackage.Tests.Signing;

public sealed class ModelSignatureTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("signed package ");
    private readonly ECDsa _key = TestModelSignature.NewKey();
    private readonly PackagedModel _package;

    public ModelSignatureTests()
    {
        _package = TestModel.WritePackage(Path.Combine(_root.FullName, "package"));
        TestModelSignature.Sign(_package, _key);
    }

    private VerificationKey Key => VerificationKey.Of(_key);

    public void Dispose()
    {
        _key.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public void A_signed_package_opens_as_before_and_its_signature_holds()
    {
        var package = PackageReader.Open(_package.Directory);

        package.Digest.Should().Be(_package.Digest);
        package.ShippedFiles.Should().Equal("golden.json", "manifest.json", "model.onnx", "model.sig", "reference.json");
        Verifying(package).Should().NotThrow();
    }

    [Fact]
    public void The_statement_is_that_of_OpenSSF_model_signing()
    {
        var statement = JsonNode.Parse(ModelStatement.Of(_package).ToBytes())!;

        var digests = new[] { "golden.json", "manifest.json", "model.onnx", "reference.json" }.Select(name => (name, Digest.OfFile(Path.Combine(_package.Directory, name)).Hex)).ToList();
        var root = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(string.Concat(digests.Select(file => file.Hex)))));
        statement.ToJsonString().Should().Be(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "delay", ["digest"] = new JsonObject { ["sha256"] = root } }),
            ["predicateType"] = "https://model_signing/signature/v1.0",
            ["predicate"] = new JsonObject
            {
                ["serialization"] = new JsonObject
                {
                    ["method"] = "files",
                    ["hash_type"] = "sha256",
                    ["allow_symlinks"] = false,
                    ["ignore_paths"] = new JsonArray("model.sig", "provenance.intoto.json"),
                },
                ["resources"] = new JsonArray([.. digests.Select(file => new JsonObject { ["name"] = file.name, ["algorithm"] = "sha256", ["digest"] = file.Hex })]),
            },
        }.ToJsonString());
    }

    [Fact]
    public void The_bundle_is_a_sigstore_bundle_with_the_keys_hint_and_an_empty_log()
    {
        var bundle = JsonNode.Parse(File.ReadAllText(_package.SignaturePath))!;

        ((string?)bundle["mediaType"]).Should().Be("application/vnd.dev.sigstore.bundle.v0.3+json");
        ((string?)bundle["verificationMaterial"]!["publicKey"]!["hint"]).Should().Be(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_key.ExportSubjectPublicKeyInfoPem() + "\n"))));
        bundle["verificationMaterial"]!["tlogEntries"]!.AsArray().Should().BeEmpty();
        ((string?)bundle["dsseEnvelope"]!["payloadType"]).Should().Be("application/vnd.in-toto+json");
        ((string?)bundle["dsseEnvelope"]!["signatures"]![0]!["keyid"]).Should().BeEmpty();
    }

    [Fact]
    public void A_key_on_P_384_signs_with_SHA_384()
    {
        using var key = TestModelSignature.NewKey(ECCurve.NamedCurves.nistP384);
        TestModelSignature.Sign(_package, key);

        Verifying(_package, VerificationKey.Of(key)).Should().NotThrow();
        VerificationKey.Of(key).Hash.Should().Be(HashAlgorithmName.SHA384);
    }

    [Fact]
    public void A_package_without_a_signature_is_refused()
    {
        File.Delete(_package.SignaturePath);

        Refusal().Should().Contain("is not signed: it has no model.sig");
    }

    [Fact]
    public void Another_key_is_refused_and_both_are_named()
    {
        using var other = TestModelSignature.NewKey();

        Verifying(_package, VerificationKey.Of(other)).Should().Throw<InvalidDataException>().WithMessage($"*is by another key: it says {Key.Fingerprint.Hex}, {VerificationKey.Of(other).Fingerprint.Hex} is demanded.");
    }

    [Fact]
    public void A_hint_at_the_right_key_proves_nothing()
    {
        using var other = TestModelSignature.NewKey();
        var forged = TestModelSignature.BundleOf(ModelStatement.Of(_package).ToBytes(), other) with { VerificationMaterial = new VerificationMaterial(new PublicKeyHint(Key.Fingerprint.Hex)) };
        File.WriteAllBytes(_package.SignaturePath, forged.ToBytes());

        Refusal().Should().Contain("does not hold");
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("golden.json")]
    public void A_file_that_was_changed_and_the_manifest_with_it_is_refused_by_name(string file)
    {
        File.AppendAllText(Path.Combine(_package.Directory, file), " ");

        Resealed().Should().Contain($"{file} has ").And.Contain("manifest.json has ").And.Contain("is the signature of another package");
    }

    [Fact]
    public void A_file_that_was_added_and_listed_is_refused()
    {
        File.WriteAllText(Path.Combine(_package.Directory, "extra.txt"), "extra");

        Resealed().Should().Contain("extra.txt is not signed");
    }

    [Fact]
    public void A_file_that_was_taken_away_is_refused()
    {
        File.Delete(Path.Combine(_package.Directory, PackageFiles.Reference));

        Resealed().Should().Contain("reference.json is signed and missing");
    }

    [Fact]
    public void A_payload_that_was_swapped_is_refused()
    {
        var bundle = SigstoreBundle.Parse(File.ReadAllBytes(_package.SignaturePath), "bundle");
        var other = TestModel.WritePackage(Path.Combine(_root.FullName, "other"), hasReference: false);
        var swapped = bundle with { DsseEnvelope = bundle.DsseEnvelope with { Payload = Convert.ToBase64String(ModelStatement.Of(other).ToBytes()) } };
        File.WriteAllBytes(other.SignaturePath, swapped.ToBytes());

        Refusal(other).Should().Contain("does not hold");
    }

    [Fact]
    public void The_signature_of_another_package_by_the_same_key_is_refused()
    {
        var other = TestModel.WritePackage(Path.Combine(_root.FullName, "other"), golden: [TestModel.Golden(3, "ATL", 500, "LAX")]);
        File.Copy(_package.SignaturePath, other.SignaturePath);

        Refusal(other).Should().Contain("is the signature of another package").And.Contain("golden.json has ");
    }

    [Fact]
    public void A_signature_in_the_form_of_two_numbers_is_refused()
    {
        TestModelSignature.Sign(_package, _key, form: DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        Refusal().Should().Contain("does not hold");
    }

    [Fact]
    public void A_signed_statement_of_another_kind_is_refused()
    {
        var statement = ModelStatement.Of(_package);

        Signed(statement with { PredicateType = "https://slsa.dev/provenance/v1" }).Should().Contain("is a statement of the type 'https://slsa.dev/provenance/v1'");
        Signed(statement with { Type = "https://in-toto.io/Statement/v0.1" }).Should().Contain("is of the type");
        Signed(statement with { Subject = [.. statement.Subject, .. statement.Subject] }).Should().Contain("has not one subject");
        Signed(statement with { Subject = [statement.Subject[0] with { Digest = new Dictionary<string, string> { ["sha256"] = new('0', 64) } }] }).Should().Contain("another digest over its files");
        Signed(statement with { Predicate = statement.Predicate with { Serialization = new SignedSerialization("shards", "sha256") } }).Should().Contain("is over 'shards'");
        Signed(statement with { Predicate = statement.Predicate with { Resources = [.. statement.Predicate.Resources, statement.Predicate.Resources[0]] } }).Should().Contain("names golden.json twice");
        Signed(statement with { Predicate = statement.Predicate with { Resources = [statement.Predicate.Resources[0] with { Algorithm = "md5" }] } }).Should().Contain("has no SHA-256 of golden.json");

        string Signed(ModelStatement other)
        {
            TestModelSignature.Sign(_package, _key, other.ToBytes());
            return Refusal();
        }
    }

    [Fact]
    public void A_payload_of_another_type_is_refused_though_it_is_signed()
    {
        File.WriteAllBytes(_package.SignaturePath, TestModelSignature.BundleOf(ModelStatement.Of(_package).ToBytes(), _key, type: "text/plain").ToBytes());

        Refusal().Should().Contain("signs a payload of the type 'text/plain'");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},"dsseEnvelope":null}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1","verificationMaterial":{},"dsseEnvelope":{"payload":"","payloadType":"","signatures":[]}}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},"dsseEnvelope":{"payload":"","payloadType":"","signatures":[]}}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},"dsseEnvelope":{"payload":"","payloadType":"","signatures":[{"sig":"!"}]}}""")]
    [InlineData("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{},"dsseEnvelope":{"payload":"","payloadType":"","signatures":[{"sig":""}]}}""")]
    public void A_file_that_is_no_bundle_is_refused(string content)
    {
        File.WriteAllText(_package.SignaturePath, content);

        Refusal().Should().StartWith(_package.SignaturePath);
    }

    [Fact]
    public void What_other_tools_add_is_passed_over()
    {
        var bundle = JsonNode.Parse(File.ReadAllText(_package.SignaturePath))!;
        bundle["verificationMaterial"]!["timestampVerificationData"] = new JsonObject();
        bundle["extension"] = 1;
        File.WriteAllText(_package.SignaturePath, bundle.ToJsonString());

        Verifying(_package).Should().NotThrow();
    }

    [Fact]
    public void A_companion_that_another_tool_signed_must_be_unchanged()
    {
        File.WriteAllText(_package.ProvenancePath, "provenance");
        var statement = JsonNode.Parse(ModelStatement.Of(_package).ToBytes())!;
        var files = statement["predicate"]!["resources"]!.AsArray();
        files.Add(new JsonObject { ["name"] = "provenance.intoto.json", ["algorithm"] = "sha256", ["digest"] = Digest.OfText("provenance").Hex });
        statement["subject"]![0]!["digest"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(string.Concat(files.Select(file => (string?)file!["digest"])))));
        TestModelSignature.Sign(_package, _key, Encoding.UTF8.GetBytes(statement.ToJsonString()));

        Verifying(_package).Should().NotThrow();
        File.WriteAllText(_package.ProvenancePath, "another");
        Refusal().Should().Contain("provenance.intoto.json has changed since it was signed");
        File.Delete(_package.ProvenancePath);
        Refusal().Should().Contain("provenance.intoto.json is signed and missing");
    }

    [Fact]
    public void Only_the_two_companions_may_lie_unlisted_in_a_package_and_only_at_its_top()
    {
        File.WriteAllText(_package.ProvenancePath, "{}");
        PackageReader.Open(_package.Directory).ShippedFiles.Should().NotContain(PackageFiles.Provenance);

        var folder = Directory.CreateDirectory(Path.Combine(_package.Directory, "sub")).FullName;
        File.WriteAllText(Path.Combine(folder, PackageFiles.Signature), "{}");
        File.WriteAllText(Path.Combine(_package.Directory, PackageFiles.SignedProvenance), "{}");

        FluentActions.Invoking(() => PackageReader.Open(_package.Directory)).Should().Throw<InvalidDataException>()
            .WithMessage("*sub/model.sig is not in the manifest*").WithMessage("*provenance.sigstore.json is not in the manifest*");
    }

    [Fact]
    public void Sealing_again_leaves_the_companions_out()
    {
        File.WriteAllText(_package.ProvenancePath, "{}");

        PackageWriter.Seal(_package.Directory, TestModel.Manifest).Digest.Should().Be(_package.Digest);
    }

    private Action Verifying(PackagedModel package, VerificationKey? key = null) => () => ModelSignature.Verify(package, key ?? Key);

    private string Refusal(PackagedModel? package = null) => Verifying(package ?? _package).Should().Throw<InvalidDataException>().Which.Message;

    /// <summary>As somebody would who changes a package and its manifest, so that the reader finds no fault.</summary>
    private string Resealed()
    {
        PackageWriter.Seal(_package.Directory, TestModel.Manifest);
        return Refusal(PackageReader.Open(_package.Directory));
    }
}
