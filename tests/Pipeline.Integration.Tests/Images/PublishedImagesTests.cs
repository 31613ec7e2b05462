using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Integration.Tests.Publishing;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class PublishedImagesTests(Workspace workspace) : IDisposable
{
    private readonly DockerConfiguration _noCredentials = new([]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_builds_without_a_cache_have_the_same_layers_and_settings()
    {
        var package = workspace.NewPackage("layers");

        var first = await BuildAsync(package, "first", registry: null);
        var contentOfFirst = await workspace.RequireEngine().ContentOfAsync(first.ImageId, Token);
        var second = await BuildAsync(package, "second", registry: null, revision: "1111111");
        var contentOfSecond = await workspace.RequireEngine().ContentOfAsync(second.ImageId, Token);

        second.ImageId.Should().NotBe(first.ImageId);
        JsonNode.DeepEquals(contentOfFirst, contentOfSecond).Should().BeTrue($"{contentOfFirst} is {contentOfSecond}");
        contentOfFirst!["layers"]!.AsArray().Should().HaveCount(3);
    }

    [Fact]
    public async Task Image_that_another_machine_has_pushed_is_used_and_its_digest_stays()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var package = workspace.NewPackage("published");
        var first = await BuildAsync(package, "their", registry.Address);
        var pushed = await PushAsync(first, registry);

        var second = await BuildAsync(package, "our", registry.Address, revision: "2222222");
        var again = await PushAsync(second, registry);

        second.ImageId.Should().Be(first.ImageId);
        again.Should().Be(pushed);
        (await workspace.RequireEngine().FindImageAsync(package.ToString(), Token))!.Id.Should().Be(first.ImageId);
        workspace.Printed.Should().Contain($"{new ImageReference(registry.Address, SamplePackage.ModelName).WithDigest(pushed)} is the same but for its time");
        var restored = await workspace.NewImageAsync(package, workspace.NewRunner(Store("our")), registry.Address);
        restored.ImageId.Should().Be(first.ImageId);
    }

    [Fact]
    public async Task Image_built_before_the_registry_was_named_gives_way_to_the_pushed_one()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var package = workspace.NewPackage("named later");
        var theirs = await BuildAsync(package, "theirs", registry.Address);
        await PushAsync(theirs, registry);
        var ours = await BuildAsync(package, "ours", registry: null);

        var later = await workspace.NewImageAsync(package, workspace.NewRunner(Store("ours")), registry.Address);

        ours.ImageId.Should().NotBe(theirs.ImageId);
        later.ImageId.Should().Be(theirs.ImageId);
    }

    [Fact]
    public async Task Image_that_only_claims_the_key_is_not_used()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var package = workspace.NewPackage("forged");
        var honest = await BuildAsync(package, "honest", registry: null);
        var labels = (await workspace.RequireEngine().FindImageAsync(honest.ImageId, Token))!.Labels;
        var forged = await ForgeAsync(honest, labels);
        await PushAsync(honest with { ImageId = forged }, registry);

        var built = await BuildAsync(package, "victim", registry.Address);

        built.ImageId.Should().NotBe(forged);
        workspace.Printed.Should().Contain("holds something else than what was built here");
    }

    [Fact]
    public async Task Image_with_another_key_under_the_tag_is_left_alone_and_a_new_one_built()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var package = workspace.NewPackage("another key");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var reference = new ImageReference(registry.Address, SamplePackage.ModelName);
        await Publishing.Registries.TinyImage.PushAsync(client, reference, package.Version, """{"config":{"Labels":{"io.pipeline.image.key":"sha256:0"}}}""");

        var built = await BuildAsync(package, "other", registry.Address);
        var pushed = await PushAsync(built, registry);

        (await client.ResolveAsync(reference, package.Version, Token)).Should().Be(pushed);
    }

    [Fact]
    public async Task Registry_that_does_not_answer_is_a_warning_while_building()
    {
        var address = $"127.0.0.1:{LocalRegistry.FreePort()}";

        var built = await BuildAsync(workspace.NewPackage("no registry"), "alone", address);

        (await workspace.RequireEngine().FindImageAsync(built.ImageId, Token)).Should().NotBeNull();
        workspace.Printed.Should().Contain($"is there already cannot be said: Nothing listens at {address}");
    }

    [Fact]
    public async Task Labels_are_the_OCIs_and_no_time_is_among_them()
    {
        var package = workspace.CommonPackage();

        var built = await workspace.NewImageAsync(package);

        var labels = (await workspace.RequireEngine().FindImageAsync(built.ImageId, Token))!.Labels;
        labels.Should().Contain("org.opencontainers.image.title", SamplePackage.ModelName)
            .And.Contain("org.opencontainers.image.description", $"Inference service with the binary model {package.Manifest.Name} {package.Version}")
            .And.ContainKeys("org.opencontainers.image.version", "org.opencontainers.image.revision", "org.opencontainers.image.base.name")
            .And.NotContainKey("org.opencontainers.image.created");
        Digest.TryParse(labels["io.pipeline.image.key"], out _).Should().BeTrue();
    }

    public void Dispose() => _noCredentials.Dispose();

    private string Store(string machine) => Path.Combine(workspace.Root, "machines", machine);

    /// <summary>As another machine does it: with a store of its own, no image of the package, and no step taken from a cache.</summary>
    private async Task<ContainerImage> BuildAsync(PackagedModel package, string machine, string? registry, string revision = "0000000")
    {
        var engine = workspace.RequireEngine();
        foreach (var image in await engine.Client.Images.ListImagesAsync(new ImagesListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"io.pipeline.package.digest={package.Digest}"] = true } } }, Token))
        {
            await TryRemoveAsync(image.ID);
        }

        return await workspace.NewImageAsync(package, workspace.NewRunner(Store(machine)), registry, revision, usesCache: false);
    }

    private async Task TryRemoveAsync(string id)
    {
        try
        {
            await workspace.RequireEngine().Client.Images.DeleteImageAsync(id, new ImageDeleteParameters { Force = true }, Token);
        }
        catch (Docker.DotNet.DockerApiException)
        {
            // Gone with another of the list.
        }
    }

    private async Task<Digest> PushAsync(ContainerImage image, LocalRegistry registry)
    {
        var engine = workspace.RequireEngine();
        var reference = new ImageReference(registry.Address, SamplePackage.ModelName);
        await engine.TagAsync(image.ImageId, reference.Name, image.Version, Token);
        var messages = new StreamedMessages();
        await engine.Client.Images.PushImageAsync(reference.Name, new ImagePushParameters { Tag = image.Version }, null, messages, Token);
        messages.Error.Should().BeNull();
        return Digest.Parse(messages.Result("Digest")!);
    }

    /// <summary>The honest image with one more file, and all its labels.</summary>
    private async Task<string> ForgeAsync(ContainerImage honest, IReadOnlyDictionary<string, string> labels)
    {
        using var context = new MemoryStream();
        await using (var tar = new TarWriter(context, TarEntryFormat.Gnu, leaveOpen: true))
        {
            await AddAsync(tar, "Dockerfile", $"FROM {honest.ImageId}\nCOPY preload /etc/ld.so.preload\n");
            await AddAsync(tar, "preload", "/evil.so");
        }

        context.Position = 0;
        var messages = new StreamedMessages();
        await workspace.RequireEngine().Client.Images.BuildImageFromDockerfileAsync(
            new ImageBuildParameters { Dockerfile = "Dockerfile", Version = "1", Labels = labels.ToDictionary(), Remove = true }, context, [], null, messages, Token);
        return messages.Result("ID")!;
    }

    private static async Task AddAsync(TarWriter tar, string name, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tar.WriteEntryAsync(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = content }, Token);
    }
}
