using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing;

[Collection(SharedWorkspace.Name)]
public sealed class PushStageTests(Workspace workspace) : IDisposable
{
    // Credentials of whoever runs the tests stay out of them.
    private readonly DockerConfiguration _noCredentials = new(new JsonObject());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PushStage Stage => new(workspace.Runner, workspace.RequireEngine());

    [Fact]
    public async Task Pushed_digest_is_the_registrys_and_a_second_push_is_restored()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var (package, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());

        var pushed = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);
        var again = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);

        pushed.Digest.Should().Be(await DigestInAsync(registry, package.Version));
        pushed.PackageDigest.Should().Be(package.Digest);
        pushed.ToString().Should().Be($"{registry.Address}/{SamplePackage.ModelName}@{pushed.Digest}");
        again.Should().Be(pushed);
        workspace.Printed.Should().Contain("Push: restored");
    }

    [Fact]
    public async Task Push_that_the_registry_has_forgotten_is_done_again()
    {
        var (package, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());
        await using var registry = await LocalRegistry.StartAsync();
        var pushed = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);
        using (var client = new HttpClient())
        {
            (await client.DeleteAsync(new Uri($"http://{registry.Address}/v2/{SamplePackage.ModelName}/manifests/{pushed.Digest}"), Token)).EnsureSuccessStatusCode();
        }

        var again = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);

        again.Digest.Should().Be(await DigestInAsync(registry, package.Version));
        workspace.Printed.Should().Contain("it is pushed anew");
    }

    [Fact]
    public async Task Closed_port_is_named_and_nothing_is_recorded()
    {
        var (package, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());
        var address = $"127.0.0.1:{LocalRegistry.FreePort()}";

        await FailsAsync(image, gate, smoke, address, $"*Nothing listens at {address}*");

        (await workspace.RequireEngine().FindImageAsync($"{address}/{package}", Token)).Should().BeNull();
        workspace.Runner.Store.FindNewest(PushStage.Name, SamplePackage.ModelName)?.Key.Parts["reference"].Should().NotContain(address);
    }

    [Fact]
    public async Task Unknown_host_is_named()
    {
        var (_, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());

        await FailsAsync(image, gate, smoke, "registry.invalid", "*The host registry.invalid is not known*");
    }

    [Fact]
    public async Task Missing_and_wrong_credentials_are_told_apart_and_right_ones_push()
    {
        await using var registry = await LocalRegistry.StartAsync(withPassword: true);
        var (_, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());

        await FailsAsync(image, gate, smoke, registry.Address, "*keeps none for it. Run docker login*");
        using (new DockerConfiguration(DockerConfiguration.Login(registry.Address, LocalRegistry.User, "wrong")))
        {
            await FailsAsync(image, gate, smoke, registry.Address, "*refuses the credentials of the user 'tester'*");
        }

        using (new DockerConfiguration(DockerConfiguration.Login(registry.Address, LocalRegistry.User, LocalRegistry.Password)))
        {
            (await Stage.RunAsync(image, gate, smoke, registry.Address, Token)).Digest.IsEmpty.Should().BeFalse();
        }

        workspace.Printed.Should().NotContain(LocalRegistry.Password);
    }

    [Fact]
    public async Task Passes_of_another_model_or_image_are_refused()
    {
        var (_, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());
        var (_, _, _, otherSmoke) = await ReadyAsync(workspace.NewPackage("other"));

        var withOtherSmoke = () => Stage.RunAsync(image, gate, otherSmoke, "127.0.0.1:1", Token);
        var withOtherGate = () => Stage.RunAsync(image, Pass(Digest.OfText("another model")), smoke, "127.0.0.1:1", Token);

        (await withOtherSmoke.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.Refused);
        (await withOtherGate.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.Refused);
    }

    [Fact]
    public async Task Package_comes_back_out_of_a_pushed_image()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var (package, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());
        var pushed = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);
        var client = workspace.RequireEngine().Client;
        await client.Images.DeleteImageAsync(image.ImageId, new ImageDeleteParameters { Force = true }, Token);
        var extractor = new ImagePackageExtractor(workspace.RequireEngine(), workspace.Log);

        var extracted = await extractor.TryExtractAsync(pushed.Reference, pushed.Digest, Path.Combine(workspace.Root, "extracted"), Token);
        var absent = await extractor.TryExtractAsync(pushed.Reference, Digest.OfText("absent"), Path.Combine(workspace.Root, "absent"), Token);

        extracted!.Digest.Should().Be(package.Digest);
        absent.Should().BeNull();
        (await workspace.SmokeContainersAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Signed_provenance_takes_the_place_of_the_unsigned()
    {
        var (package, _, gate, smoke) = await ReadyAsync(workspace.CommonPackage());

        ImageAttachments.FilesOf(package, "signed", gate, smoke).Should().Contain(("provenance.sigstore.json", "signed")).And.NotContain(file => file.Name == "provenance.intoto.json");
        ImageAttachments.FilesOf(package, null, gate, smoke).Select(file => file.Name).Should().Contain("provenance.intoto.json").And.NotContain("provenance.sigstore.json");
    }

    [Fact]
    public async Task Evidence_lies_beside_the_pushed_image_and_a_second_push_adds_none()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var (package, image, gate, smoke) = await ReadyAsync(workspace.CommonPackage());
        var pushed = await Stage.RunAsync(image, gate, smoke, registry.Address, Token);
        var attachments = new ImageAttachments(workspace.Log);
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);

        await attachments.AttachAsync(pushed.Reference, pushed.Digest, ImageAttachments.FilesOf(package, null, gate, smoke), Token);
        await attachments.AttachAsync(pushed.Reference, pushed.Digest, ImageAttachments.FilesOf(package, null, gate, smoke), Token);

        var found = await new Referrers(client).ListAsync(pushed.Reference, pushed.Digest, Token);
        found.Select(referrer => referrer.Name).Should().BeEquivalentTo("gate.json", "smoke-test.json", "operations.json");
        found.Single(referrer => referrer.Name == "gate.json").Content.Should().Be(gate.EvidenceDigest);
        (await EvidenceFetcher.TryFetchAsync(pushed.Reference, pushed.Digest, smoke.EvidenceDigest, Token)).Should().Equal(await File.ReadAllBytesAsync(smoke.EvidencePath, Token));
    }

    public void Dispose() => _noCredentials.Dispose();

    private async Task FailsAsync(ContainerImage image, GatePass gate, SmokePass smoke, string registry, string message)
    {
        var push = () => Stage.RunAsync(image, gate, smoke, registry, Token);

        (await push.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    private async Task<(PackagedModel Package, ContainerImage Image, GatePass Gate, SmokePass Smoke)> ReadyAsync(PackagedModel package)
    {
        var image = await workspace.NewImageAsync(package);
        var smoke = await new SmokeTestStage(workspace.Runner).RunAsync(package, image, workspace.RequireEngine(), await workspace.OperationsAsync(), Token);
        return (package, image, Pass(image.ModelDigest), smoke);
    }

    /// <summary>As the gate stage leaves it in the store: there is no other way to a pass.</summary>
    private GatePass Pass(Digest model)
    {
        var row = new GateRow("rocAuc ≥ 0.5", 100, GateOutcome.Pass, "0.9 ≥ 0.5") { Value = 0.9, Bound = 0.5, Champion = null };
        var verdict = new GateVerdict(GateVerdict.CurrentSchemaVersion, SamplePackage.ModelName, model, Digest.OfText("evaluation"), new Dictionary<string, Digest>(), [row]);
        var directory = Directory.CreateDirectory(Path.Combine(workspace.Root, "gate", model.Abbreviated)).FullName;
        File.WriteAllBytes(Path.Combine(directory, "gate.json"), PackageJson.Serialize(verdict));
        return GatePass.Load(directory);
    }

    private static async Task<Digest> DigestInAsync(LocalRegistry registry, string tag)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri($"http://{registry.Address}/v2/{SamplePackage.ModelName}/manifests/{tag}"));
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        using var answer = await client.SendAsync(request, Token);
        return Digest.Parse(answer.EnsureSuccessStatusCode().Headers.GetValues("Docker-Content-Digest").Single());
    }
}
