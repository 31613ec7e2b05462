using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing.Registries;

/// <summary>The same against a registry with the referrers API and a real one without it.</summary>
[Collection(SharedWorkspace.Name)]
public sealed class ReferrersTests : IDisposable
{
    private readonly DockerConfiguration _noCredentials = new([]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attachments_are_listed_and_fetched(bool hasApi)
    {
        await using var registry = await StartAsync(hasApi);
        using var client = await RegistryClient.ConnectAsync(AddressOf(registry), Token);
        var reference = ReferenceIn(registry);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var other = await TinyImage.PushAsync(client, reference, "2.0", """{"a":2}""");
        var referrers = new Referrers(client);

        await referrers.AttachAllAsync(reference, image, [Text("bom.cdx.json", "bill"), Text("gate.json", "verdict"), Text("empty.json", string.Empty)], Token);
        await referrers.AttachAsync(reference, other, Text("gate.json", "verdict of another"), Token);

        var found = await referrers.ListAsync(reference, image, Token);
        found.Select(referrer => (referrer.Name, referrer.ArtifactType, referrer.Content, referrer.Size)).Should().BeEquivalentTo([
            ("bom.cdx.json", "text/plain", Digest.OfText("bill"), 4L), ("gate.json", "text/plain", Digest.OfText("verdict"), 7L), ("empty.json", "text/plain", Digest.OfText(string.Empty), 0L)]);
        (await referrers.FetchAsync(reference, found.Single(referrer => referrer.Name == "gate.json"), Token)).Should().Equal("verdict"u8.ToArray());
        (await referrers.ListAsync(reference, Digest.OfText("absent"), Token)).Should().BeEmpty();
        (await client.ResolveAsync(reference, $"sha256-{image.Hex}", Token)).HasValue.Should().Be(!hasApi);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_attachment_twice_is_one(bool hasApi)
    {
        await using var registry = await StartAsync(hasApi);
        using var client = await RegistryClient.ConnectAsync(AddressOf(registry), Token);
        var reference = ReferenceIn(registry);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var referrers = new Referrers(client);

        (await referrers.AttachAllAsync(reference, image, [Text("gate.json", "verdict"), Text("bom.cdx.json", "bill")], Token)).Should().Be(2);
        (await referrers.AttachAllAsync(reference, image, [Text("bom.cdx.json", "bill"), Text("gate.json", "verdict")], Token)).Should().Be(0);
        (await referrers.AttachAllAsync(reference, image, [Text("gate.json", "another verdict")], Token)).Should().Be(1);

        (await referrers.ListAsync(reference, image, Token)).Should().HaveCount(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Several_who_attach_at_once_lose_nothing(bool hasApi)
    {
        await using var registry = await StartAsync(hasApi);
        var reference = ReferenceIn(registry);
        using var client = await RegistryClient.ConnectAsync(AddressOf(registry), Token);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var names = Enumerable.Range(0, 4).Select(i => $"evidence-{i}.json").ToList();

        await Task.WhenAll(names.Select(async name =>
        {
            using var own = await RegistryClient.ConnectAsync(AddressOf(registry), Token);
            await new Referrers(own).AttachAsync(reference, image, Text(name, name), Token);
        }));

        (await new Referrers(client).ListAsync(reference, image, Token)).Select(referrer => referrer.Name).Should().BeEquivalentTo(names);
    }

    [Fact]
    public async Task Entries_of_others_in_the_fallback_index_are_kept_as_they_are()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var foreign = await TinyImage.PushAsync(client, reference, "foreign", """{"foreign":true}""");
        var tag = $"sha256-{image.Hex}";
        var entry = new JsonObject { ["mediaType"] = TinyImage.Type, ["digest"] = foreign.ToString(), ["size"] = (await client.FindManifestAsync(reference, "foreign", Token))!.Content.Length, ["annotations"] = new JsonObject { ["their.own"] = "x" } };
        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = new JsonArray(entry.DeepClone()), ["annotations"] = new JsonObject { ["of.the"] = "index" } };
        await client.PutManifestAsync(reference, tag, "application/vnd.oci.image.index.v1+json", Encoding.UTF8.GetBytes(index.ToJsonString()), Token);
        var referrers = new Referrers(client);

        await referrers.AttachAsync(reference, image, Text("gate.json", "verdict"), Token);

        var written = JsonNode.Parse((await client.FindManifestAsync(reference, tag, Token))!.Content)!;
        JsonNode.DeepEquals(written["manifests"]![0], entry).Should().BeTrue();
        written["annotations"]!["of.the"]!.GetValue<string>().Should().Be("index");
        written["manifests"]![1]!["artifactType"]!.GetValue<string>().Should().Be("text/plain");

        // What is listed there and is not tied to this image does not count.
        (await referrers.ListAsync(reference, image, Token)).Select(referrer => referrer.Name).Should().Equal("gate.json");
    }

    [Fact]
    public async Task Something_else_under_the_fallback_tag_is_not_overwritten()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, reference, "1.0");
        var tag = $"sha256-{image.Hex}";
        await client.TagAsync(reference, image, tag, Token);

        var attach = () => new Referrers(client).AttachAsync(reference, image, Text("gate.json", "verdict"), Token);

        await attach.Should().ThrowAsync<PipelineException>().WithMessage("*no list of attachments*");
        (await client.ResolveAsync(reference, tag, Token)).Should().Be(image);
    }

    [Fact]
    public async Task Nothing_is_attached_to_what_is_not_there()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);

        var attach = () => new Referrers(client).AttachAsync(registry.Reference, Digest.OfText("absent"), Text("gate.json", "verdict"), Token);

        await attach.Should().ThrowAsync<PipelineException>().WithMessage("*does not have it. Run ./build.sh Push first*");
    }

    [Fact]
    public async Task Registry_that_takes_no_attachments_is_named_with_what_was_not_attached()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, registry.Reference, "1.0");
        registry.Intercept = context =>
        {
            if (context.Request.HttpMethod != "PUT" || !context.Request.Url!.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.StatusCode = 400;
            context.Response.OutputStream.Write("""{"errors":[{"code":"MANIFEST_INVALID","message":"unknown field subject"}]}"""u8);
            context.Response.Close();
            return true;
        };

        var attach = () => new Referrers(client).AttachAsync(registry.Reference, image, Text("gate.json", "verdict"), Token);

        (await attach.Should().ThrowAsync<PipelineException>().WithMessage("gate.json is not attached*MANIFEST_INVALID unknown field subject*")).Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    [Fact]
    public void Manifest_is_the_one_of_the_specification()
    {
        var subject = new RegistryManifest(Digest.OfText("image"), TinyImage.Type, new byte[7]);

        var json = JsonNode.Parse(ArtifactManifest.Of(subject, new Attachment("a.json", "application/x", "abc"u8.ToArray(), new Dictionary<string, string> { ["z.own"] = "1" })))!;

        var expected = JsonNode.Parse(
            $$"""
            {
              "schemaVersion": 2,
              "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "artifactType": "application/x",
              "config": { "mediaType": "application/vnd.oci.empty.v1+json", "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "size": 2 },
              "layers": [ { "mediaType": "application/x", "digest": "{{Digest.OfText("abc")}}", "size": 3, "annotations": { "org.opencontainers.image.title": "a.json" } } ],
              "subject": { "mediaType": "{{TinyImage.Type}}", "digest": "{{Digest.OfText("image")}}", "size": 7 },
              "annotations": { "org.opencontainers.image.title": "a.json", "z.own": "1" }
            }
            """);
        JsonNode.DeepEquals(json, expected).Should().BeTrue(json.ToJsonString());
    }

    public void Dispose() => _noCredentials.Dispose();

    private static Attachment Text(string name, string text) => new(name, "text/plain", Encoding.UTF8.GetBytes(text), new Dictionary<string, string>());

    private static async Task<IAsyncDisposable> StartAsync(bool hasApi) => hasApi ? new FakeRegistry() : await LocalRegistry.StartAsync();

    private static string AddressOf(IAsyncDisposable registry) => registry is FakeRegistry fake ? fake.Address : ((LocalRegistry)registry).Address;

    private static ImageReference ReferenceIn(IAsyncDisposable registry) => new(AddressOf(registry), "team/model");
}
