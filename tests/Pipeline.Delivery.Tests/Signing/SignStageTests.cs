using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Provenance;
using Pipeline.Delivery.Signing;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Tests.Signing;

public sealed class SignStageTests : IDisposable
{
    private readonly Stages _stages;
    private readonly SigningKey _key;

    public SignStageTests(TrainedStore trained)
    {
        _stages = trained.Copy();
        _key = NewKey("key.pem");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string KeyPath => Path.Combine(_stages.Fixture.Root, "key.pem");

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_signed_package_has_the_digest_it_had_and_a_signature_that_holds()
    {
        var package = (await _stages.PackageAsync()).Stored.Package;

        var signed = await SignAsync(package);

        signed.Package.Digest.Should().Be(package.Digest);
        signed.Package.Directory.Should().NotBe(package.Directory);
        package.IsSigned.Should().BeFalse("what was made before is left as it is");
        Verifying(signed.Package).Should().NotThrow();
        PackageProvenance.TryReadPerson(signed.Package).Should().Be(PackageProvenance.TryReadPerson(package));
        _stages.Fixture.Log.Should().Contain($"Sign: {package} signed with the key {_key.PublicKey.Fingerprint.Hex}");
    }

    [Fact]
    public async Task The_same_package_and_key_give_the_same_signature_in_another_store()
    {
        using var other = new Stages();
        var here = await SignAsync((await _stages.PackageAsync()).Stored.Package);

        var there = await new SignStage(other.Runner, _key).RunAsync((await other.PackageAsync()).Stored.Package, Token);

        (await File.ReadAllBytesAsync(there.Package.SignaturePath, Token)).Should().Equal(await File.ReadAllBytesAsync(here.Package.SignaturePath, Token));
        there.Package.ShippedDigest.Should().Be(here.Package.ShippedDigest).And.NotBe(here.Package.Digest.ToString());
    }

    [Fact]
    public async Task The_provenance_is_signed_byte_for_byte()
    {
        var signed = await SignAsync((await _stages.PackageAsync()).Stored.Package);

        var bundle = SigstoreBundle.Parse(await File.ReadAllBytesAsync(signed.SignedProvenancePath!, Token), signed.SignedProvenancePath!);

        Path.GetFileName(signed.SignedProvenancePath).Should().Be(PackageFiles.SignedProvenance);
        ModelSignature.SignedPayload(bundle, _key.PublicKey, "bundle").Should().Equal(await File.ReadAllBytesAsync(signed.Package.ProvenancePath, Token));
    }

    [Fact]
    public async Task It_is_restored_for_the_same_key_and_made_anew_for_another_key_or_provenance()
    {
        var package = (await _stages.PackageAsync()).Stored.Package;
        var stage = new SignStage(_stages.Runner, _key);
        var first = await stage.RunAsync(package, Token);

        (await stage.RunAsync(package, Token)).Package.Directory.Should().Be(first.Package.Directory);
        new SignStage(_stages.Runner, NewKey("other.pem")).Key(package).Hash.Should().NotBe(stage.Key(package).Hash);
        var key = stage.Key(package).Hash;
        await File.AppendAllTextAsync(package.ProvenancePath, "\n", Token);
        stage.Key(package).Hash.Should().NotBe(key);
    }

    [Fact]
    public async Task The_bundle_ships_the_signature_and_no_provenance()
    {
        var package = (await _stages.PackageAsync()).Stored.Package;
        var service = await _stages.ServiceAsync();
        var stage = new BundleStage(_stages.Runner);

        var unsigned = await stage.RunAsync(package, service, Token);
        var signed = await stage.RunAsync((await SignAsync(package)).Package, service, Token);

        string[] listed = [.. package.Manifest.Files.Select(file => file.Path), PackageFiles.Manifest];
        (await ModelFilesAsync(unsigned)).Should().BeEquivalentTo(listed);
        (await ModelFilesAsync(signed)).Should().BeEquivalentTo([.. listed, PackageFiles.Signature]);
    }

    [Fact]
    public async Task A_delivery_with_a_key_ships_the_signed_package_and_its_plan_shows_the_stage()
    {
        var before = await PlanAsync();

        var (delivery, _, _) = await _stages.RunAsync(_stages.NewDelivery(signingKey: KeyPath));

        delivery.Package.IsSigned.Should().BeTrue();
        Verifying(delivery.Package).Should().NotThrow();
        File.Exists(delivery.SignedProvenancePath).Should().BeTrue();
        (await ModelFilesAsync(delivery.Bundle)).Should().Contain(PackageFiles.Signature);
        before.Should().Contain(("Sign", "run", "waits for Package; restored if that gives what it gave before"));
        (await PlanAsync()).Should().Contain(("Sign", "restore", "inputs unchanged")).And.OnlyContain(row => row.Would == "restore");
        (await PlanAsync(signingKey: null)).Should().NotContain(row => row.Stage == "Sign");
    }

    [Fact]
    public void A_key_that_cannot_sign_is_told_before_anything_runs()
    {
        File.WriteAllText(KeyPath, "no key");

        var act = () => _stages.NewDelivery(signingKey: KeyPath);

        act.Should().Throw<PipelineException>().Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("nistP256", "-sha256")]
    [InlineData("nistP384", "-sha384")]
    public async Task Openssl_verifies_the_signature_and_refuses_a_changed_payload(string curve, string digest)
    {
        await NeededPrograms.SkipWithoutAsync("openssl");
        var key = NewKey("openssl.pem", curve);
        var package = (await _stages.PackageAsync()).Stored.Package;
        var signed = await new SignStage(_stages.Runner, key).RunAsync(package, Token);
        await File.WriteAllTextAsync(InRoot("public.pem"), key.PublicKey.Pem, Token);

        foreach (var file in new[] { signed.Package.SignaturePath, signed.SignedProvenancePath! })
        {
            var envelope = JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!["dsseEnvelope"]!;
            var payload = Convert.FromBase64String((string)envelope["payload"]!);
            await File.WriteAllBytesAsync(InRoot("signature"), Convert.FromBase64String((string)envelope["signatures"]![0]!["sig"]!), Token);
            await File.WriteAllBytesAsync(InRoot("signed"), DsseEnvelope.SignedBytes("application/vnd.in-toto+json", payload), Token);
            (await OpensslAsync("dgst", digest, "-verify", "public.pem", "-signature", "signature", "signed")).Should().Contain("Verified OK");

            payload[^2] ^= 1;
            await File.WriteAllBytesAsync(InRoot("signed"), DsseEnvelope.SignedBytes("application/vnd.in-toto+json", payload), Token);
            var act = () => OpensslAsync("dgst", digest, "-verify", "public.pem", "-signature", "signature", "signed");
            await act.Should().ThrowAsync<PipelineException>();
        }
    }

    private static Action Verifying(PackagedModel package, VerificationKey key) => () => ModelSignature.Verify(PackageReader.Open(package.Directory), key);

    private static async Task<IReadOnlyList<string>> ModelFilesAsync(Bundle bundle)
    {
        var files = new List<string>();
        await using var stream = new GZipStream(File.OpenRead(bundle.Path), CompressionMode.Decompress);
        await using var reader = new TarReader(stream);
        while (await reader.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile && entry.Name.Split('/', 3) is [_, "model", var file])
            {
                files.Add(file);
            }
        }

        return files;
    }

    private Action Verifying(PackagedModel package) => Verifying(package, _key.PublicKey);

    private Task<SignedPackage> SignAsync(PackagedModel package) => new SignStage(_stages.Runner, _key).RunAsync(package, Token);

    private async Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync() => await PlanAsync(KeyPath);

    private async Task<IReadOnlyList<(string Stage, string Would, string Why)>> PlanAsync(string? signingKey)
    {
        await _stages.NewDelivery(signingKey: signingKey).PlanAsync(Token);
        return [.. _stages.Fixture.LastTable().Select(cells => (cells[0], cells[1], cells[2]))];
    }

    private SigningKey NewKey(string file, string curve = "nistP256")
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        File.WriteAllText(InRoot(file), key.ExportPkcs8PrivateKeyPem());
        return SigningKey.Load(InRoot(file), passphrase: null);
    }

    private string InRoot(string file) => Path.Combine(_stages.Fixture.Root, file);

    private Task<string> OpensslAsync(params string[] arguments) => CommandLine.RunAsync("openssl", arguments, _stages.Fixture.Root, Token);
}
