using System.Text;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Integration.Tests.Publishing.Registries;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing;

[Collection(SharedWorkspace.Name)]
public sealed class ImageAttachmentsTests(Workspace workspace) : IDisposable
{
    private readonly DockerConfiguration _noCredentials = new([]);
    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-attachments-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_that_exist_are_attached_with_their_types_and_a_second_time_nothing_is()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var files = new[] { File("bom.cdx.json"), File("provenance.intoto.json"), File("gate.json"), File("model.sig"), ("operations.json", Path.Combine(_folder, "absent")) };
        var attachments = new ImageAttachments(workspace.Log);

        await attachments.AttachAsync(reference, image, files, Token);
        await attachments.AttachAsync(reference, image, files, Token);

        (await new Referrers(client).ListAsync(reference, image, Token)).Select(referrer => (referrer.Name, referrer.ArtifactType)).Should().BeEquivalentTo([
            ("bom.cdx.json", "application/vnd.cyclonedx+json"),
            ("provenance.intoto.json", "application/vnd.in-toto+json"),
            ("gate.json", "application/vnd.ml-delivery-pipeline.evidence+json"),
            ("model.sig", "application/vnd.dev.sigstore.bundle.v0.3+json")]);
        workspace.Printed.Should().Contain($"Attached to {reference}@sha256:{image.Abbreviated}: bom.cdx.json, provenance.intoto.json, gate.json, model.sig (all there before)");
    }

    [Fact]
    public async Task Evidence_is_fetched_by_its_digest_alone()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        await new ImageAttachments(workspace.Log).AttachAsync(reference, image, [File("gate.json"), File("smoke-test.json")], Token);

        var fetched = await EvidenceFetcher.TryFetchAsync(reference, image, Digest.OfText("content of smoke-test.json"), Token);
        var absent = await EvidenceFetcher.TryFetchAsync(reference, image, Digest.OfText("never attached"), Token);

        Encoding.UTF8.GetString(fetched!).Should().Be("content of smoke-test.json");
        absent.Should().BeNull();
    }

    public void Dispose()
    {
        _noCredentials.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (string Name, string Path) File(string name)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, $"content of {name}");
        return (name, path);
    }
}
