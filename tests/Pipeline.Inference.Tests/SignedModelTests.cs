using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Shadow;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class SignedModelTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("signed model ");
    private readonly ECDsa _key = TestModelSignature.NewKey();
    private readonly PackagedModel _package;

    public SignedModelTests()
    {
        _package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        File.WriteAllText(KeyFile, Fingerprinted.Pem);
    }

    private VerificationKey Fingerprinted => VerificationKey.Of(_key);

    private string KeyFile => Path.Combine(_root.FullName, "key.pem");

    private string[] Arguments => ["--package", _package.Directory, "--address", "127.0.0.1", "--port", "0"];

    private string[] WithKey => [.. Arguments, "--model-key", KeyFile];

    public void Dispose()
    {
        _key.Dispose();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_signed_model_is_served_and_the_log_names_the_key(bool byVariable)
    {
        TestModelSignature.Sign(_package, _key);

        await using var service = byVariable ? ServiceProcess.Start(Arguments, new Dictionary<string, string> { ["MODEL_KEY"] = KeyFile }) : ServiceProcess.Start(WithKey);
        using var client = await service.ClientAsync();

        await service.LineWithAsync($"delay {_package.Digest} is signed by the key {Fingerprinted.Fingerprint}");
        await service.LineWithAsync("ready: delay");
        using var model = await client.GetAsync(new Uri("/v1/model", UriKind.Relative), TestContext.Current.CancellationToken);
        (await RunningService.JsonOf(model))["signature"]!.ToJsonString().Should().Be($$"""{"verified":true,"key":"{{Fingerprinted.Fingerprint}}"}""");
    }

    [Fact]
    public async Task Without_a_key_a_signed_model_is_served_as_one_that_nobody_verified()
    {
        await using var service = await RunningService.StartAsync(write: directory =>
        {
            var package = TestModel.WritePackage(directory);
            TestModelSignature.Sign(package, _key);
            return package;
        });

        using var model = await service.GetAsync("/v1/model");

        (await RunningService.JsonOf(model))["signature"]!.ToJsonString().Should().Be("""{"verified":false,"key":null}""");
    }

    [Fact]
    public async Task An_unsigned_model_or_one_by_another_key_is_one_line_and_exit_code_1()
    {
        await ShouldFail("is not signed: it has no model.sig");

        using var other = TestModelSignature.NewKey();
        TestModelSignature.Sign(_package, other);
        await ShouldFail($"is by another key: it says {VerificationKey.Of(other).Fingerprint.Hex}, {Fingerprinted.Fingerprint.Hex} is demanded.");
    }

    [Fact]
    public async Task A_model_that_was_changed_and_sealed_anew_is_one_line_and_exit_code_1()
    {
        TestModelSignature.Sign(_package, _key);
        TestModel.WritePackage(_package.Directory, golden: [TestModel.Golden(3, "ATL", 500, "LAX")]);

        await ShouldFail("is the signature of another package than delay:");
    }

    [Fact]
    public async Task A_key_file_that_is_missing_or_no_public_key_is_one_line_and_exit_code_1()
    {
        TestModelSignature.Sign(_package, _key);
        await File.WriteAllTextAsync(KeyFile, _key.ExportECPrivateKeyPem(), TestContext.Current.CancellationToken);
        await ShouldFail("key.pem holds a private key; who verifies needs the public one: openssl pkey -in KEY -pubout (--model-key, MODEL_KEY)");

        File.Delete(KeyFile);
        await ShouldFail($"the key {KeyFile} (--model-key, MODEL_KEY) cannot be read: Could not find file");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_shadow_must_be_signed_by_the_same_key(bool isSigned)
    {
        var shadow = TestModel.WritePackage(Path.Combine(_root.FullName, "shadow"), golden: [TestModel.Golden(1, "ATL", 500, "LAX")]);
        if (isSigned)
        {
            TestModelSignature.Sign(shadow, _key);
        }

        await using var service = await RunningService.StartAsync(
            options => options with { ModelKeyFile = KeyFile, Shadow = new ShadowOptions(shadow.Directory) },
            write: directory =>
            {
                var package = TestModel.WritePackage(directory);
                TestModelSignature.Sign(package, _key);
                return package;
            });

        await LoggedFiles.Until(() => MetricsAsync(service).GetAwaiter().GetResult().Contains(isSigned ? "\nshadow_info{" : "\nshadow_load_failures_total 1\n", StringComparison.Ordinal), "the shadow was looked at");
        service.App.Services.GetRequiredService<ShadowRunner>().IsActive.Should().Be(isSigned);
    }

    private static async Task<string> MetricsAsync(RunningService service)
    {
        using var response = await service.GetAsync("/metrics");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task ShouldFail(string message)
    {
        await using var service = ServiceProcess.Start(WithKey);
        var (exitCode, error) = await service.ExitAsync();

        exitCode.Should().Be(1);
        error.Should().StartWith("inference: the model cannot be served: ").And.Contain(message);
        error.TrimEnd().Should().NotContain("\n");
    }
}
