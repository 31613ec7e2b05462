using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Signing;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Signing;

/// <summary>Runs the commands of docs/supply-chain.md.</summary>
public sealed partial class SupplyChainDocumentTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Its_commands_verify_a_signed_package_and_refuse_a_changed_one()
    {
        await NeededPrograms.SkipWithoutAsync("openssl", "jq", "bash");
        var package = (await SignAsync()).Package;
        var commands = Commands().Match(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "supply-chain.md"), Token)).Groups[1].Value;
        var run = () => CommandLine.RunAsync("bash", ["-euo", "pipefail", "-c", commands], package.Directory, Token);

        (await run()).Should().Contain("Verified OK").And.Contain("manifest.json: OK").And.Contain("model.onnx: OK");

        await File.AppendAllTextAsync(package.OnnxPath, "x", Token);
        await run.Should().ThrowAsync<PipelineException>().WithMessage("*model.onnx: FAILED*");
    }

    private async Task<SignedPackage> SignAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = Path.Combine(_stages.Fixture.Root, "model-key.pem");
        await File.WriteAllTextAsync(path, key.ExportPkcs8PrivateKeyPem(), Token);
        var signing = SigningKey.Load(path, passphrase: null);
        var signed = await new SignStage(_stages.Runner, signing).RunAsync((await _stages.PackageAsync()).Stored.Package, Token);
        await File.WriteAllTextAsync(Path.Combine(signed.Package.Directory, "..", "model-key.pub.pem"), signing.PublicKey.Pem, Token);
        return signed;
    }

    [GeneratedRegex("<!-- verify -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();
}
