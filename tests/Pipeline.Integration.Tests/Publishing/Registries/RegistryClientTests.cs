using System.Net;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing.Registries;

[Collection(SharedWorkspace.Name)]
public sealed class RegistryClientTests : IDisposable
{
    private readonly DockerConfiguration _noCredentials = new([]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tag_and_digest_resolve_to_the_digest_of_the_bytes_and_what_is_not_there_to_nothing()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "team/model");
        using var client = await RegistryClient.ConnectAsync($"{registry.Address}/team", Token);

        var pushed = await TinyImage.PushAsync(client, reference, "1.0");

        (await client.ResolveAsync(reference, "1.0", Token)).Should().Be(pushed);
        (await client.ResolveAsync(reference, pushed.ToString(), Token)).Should().Be(pushed);
        (await client.ResolveAsync(reference, "2.0", Token)).Should().BeNull();
        (await client.ResolveAsync(reference, Digest.OfText("absent").ToString(), Token)).Should().BeNull();
        (await client.ResolveAsync(reference with { Repository = "nobody/nothing" }, "1.0", Token)).Should().BeNull();
    }

    [Fact]
    public async Task Tag_is_set_moved_and_left_alone()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var first = await TinyImage.PushAsync(client, reference, "1.0", """{"a":1}""");
        var second = await TinyImage.PushAsync(client, reference, "2.0", """{"a":2}""");

        await client.TagAsync(reference, first, "production", Token);
        await client.TagAsync(reference, second, "production", Token);
        await client.TagAsync(reference, second, "production", Token);

        (await client.ResolveAsync(reference, "production", Token)).Should().Be(second);
        (await client.ResolveAsync(reference, "1.0", Token)).Should().Be(first);
    }

    [Fact]
    public async Task Setting_a_tag_that_stands_there_already_writes_nothing()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, registry.Reference, "1.0");
        await client.TagAsync(registry.Reference, image, "staging", Token);
        registry.Requests.Clear();

        await client.TagAsync(registry.Reference, image, "staging", Token);

        registry.Requests.Should().NotContain(request => request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tag_of_a_digest_that_is_not_there_is_refused()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);

        var tag = () => client.TagAsync(new ImageReference(registry.Address, "model"), Digest.OfText("absent"), "production", Token);

        (await tag.Should().ThrowAsync<PipelineException>().WithMessage("*does not have that digest*Push first*")).Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-tag")]
    [InlineData("a/b")]
    [InlineData("../../v2")]
    [InlineData("sha256:abc")]
    [InlineData("tag\n")]
    public async Task What_is_neither_tag_nor_digest_is_wrong_usage(string text)
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);

        var resolve = () => client.ResolveAsync(registry.Reference, text, Token);

        (await resolve.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task Blob_comes_back_and_is_uploaded_once()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        byte[] content = [1, 2, 3, 0, 255];

        var digest = await client.UploadBlobAsync(registry.Reference, content, Token);
        await client.UploadBlobAsync(registry.Reference, content, Token);

        (await client.DownloadBlobAsync(registry.Reference, digest, 5, Token)).Should().Equal(content);
        registry.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact]
    public async Task Blob_larger_than_expected_is_not_read()
    {
        await using var registry = await LocalRegistry.StartAsync();
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var digest = await client.UploadBlobAsync(reference, new byte[100_000], Token);

        var download = () => client.DownloadBlobAsync(reference, digest, 99_999, Token);

        await download.Should().ThrowAsync<PipelineException>().WithMessage("*more than 99999 bytes*");
        (await client.DownloadBlobAsync(reference, digest, 100_000, Token)).Should().HaveCount(100_000);
    }

    [Fact]
    public async Task Other_bytes_than_the_digest_says_are_not_used()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, registry.Reference, "1.0");
        var blob = await client.UploadBlobAsync(registry.Reference, "good"u8.ToArray(), Token);
        registry.Intercept = context => Say(context, 200, "evil");

        var manifest = () => client.FindManifestAsync(registry.Reference, image.ToString(), Token);
        var content = () => client.DownloadBlobAsync(registry.Reference, blob, 4, Token);

        await manifest.Should().ThrowAsync<PipelineException>().WithMessage("*broken or hostile*");
        await content.Should().ThrowAsync<PipelineException>().WithMessage("*broken or hostile*");
    }

    [Theory]
    [InlineData(429, "*wants fewer requests*429 busy*")]
    [InlineData(500, "*fault of its own*500 busy*")]
    [InlineData(503, "*1.0 cannot be read*fault of its own*503 busy*")]
    public async Task Passing_fault_is_waited_out_and_a_lasting_one_named(int status, string message)
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var image = await TinyImage.PushAsync(client, registry.Reference, "1.0");
        var faults = 2;
        registry.Intercept = context => faults-- > 0 && Say(context, status, "busy");

        (await client.ResolveAsync(registry.Reference, "1.0", Token)).Should().Be(image);
        faults = 3;
        var resolve = () => client.ResolveAsync(registry.Reference, "1.0", Token);

        await resolve.Should().ThrowAsync<PipelineException>().WithMessage(message);
    }

    [Fact]
    public async Task Words_of_a_registry_stay_on_one_line()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        registry.Intercept = context => Say(context, 400, $"a\n\u001b[31mb{new string('x', 5000)}");

        var resolve = () => client.ResolveAsync(registry.Reference, "1.0", Token);

        var message = (await resolve.Should().ThrowAsync<PipelineException>()).Which.Message;
        message.Should().NotContainAny("\n", "\u001b");
        message.Length.Should().BeLessThan(600);
    }

    [Fact]
    public async Task Registry_that_hangs_is_given_up()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, TimeSpan.FromSeconds(0.5), Token);
        registry.Intercept = _ => true;

        var resolve = () => client.ResolveAsync(registry.Reference, "1.0", Token);

        await resolve.Should().ThrowAsync<PipelineException>().WithMessage("*does not answer within 0.5 s*");
    }

    [Fact]
    public async Task Cancelling_is_not_a_fault_of_the_registry()
    {
        await using var registry = new FakeRegistry();
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        registry.Intercept = _ => true;

        var resolve = () => client.ResolveAsync(registry.Reference, "1.0", stop.Token);

        await resolve.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Closed_port_unknown_host_and_what_is_no_registry_are_told_apart()
    {
        var port = $"127.0.0.1:{LocalRegistry.FreePort()}";

        await FailsAsync(port, $"Nothing listens at {port}*");
        await FailsAsync("registry.invalid", "*registry.invalid is not known*");
        (await FailsAsync("user@host:1", "*is no registry*")).ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task Plain_http_is_not_spoken_beyond_the_loopback_addresses()
    {
        // An own address of this machine that is none of the loopback's, with a plain server behind it.
        var own = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), Token)).FirstOrDefault(address => !IPAddress.IsLoopback(address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        if (own is null)
        {
            Assert.Skip("this machine has loopback addresses only.");
        }

        using var listener = new HttpListener();
        var port = LocalRegistry.FreePort();
        listener.Prefixes.Add($"http://{own}:{port}/");
        listener.Start();

        await FailsAsync($"{own}:{port}", "*no trusted TLS connection*plain HTTP is spoken with loopback addresses only*");
    }

    [Fact]
    public async Task Redirected_read_goes_without_credentials_and_never_in_plain_text_elsewhere()
    {
        using var login = new DockerConfiguration(new JsonObject());
        await using var storage = new FakeRegistry();
        await using var registry = new FakeRegistry(FakeGuard.Basic);
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, FakeRegistry.Password));
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        using var direct = await RegistryClient.ConnectAsync(storage.Address, Token);
        var blob = await direct.UploadBlobAsync(storage.Reference, "layer"u8.ToArray(), Token);
        await client.ResolveAsync(registry.Reference, "1.0", Token);
        var target = $"http://{storage.Address}/v2/team/model/blobs/{blob}";
        registry.Intercept = context => Say(context, 307, string.Empty, target);

        (await client.DownloadBlobAsync(registry.Reference, blob, 5, Token)).Should().Equal("layer"u8.ToArray());
        target = "http://registry.invalid/blob";
        var elsewhere = () => client.DownloadBlobAsync(registry.Reference, blob, 5, Token);

        await elsewhere.Should().ThrowAsync<PipelineException>().WithMessage("*registry.invalid, which is not https*");
        registry.Requests.Should().Contain(request => request.EndsWith("Basic", StringComparison.Ordinal));
        storage.Requests.Should().NotContain(request => request.Contains("Basic", StringComparison.Ordinal));
    }

    public void Dispose() => _noCredentials.Dispose();

    private static async Task<PipelineException> FailsAsync(string registry, string message)
    {
        var connect = async () => (await RegistryClient.ConnectAsync(registry, Token)).Dispose();

        return (await connect.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which;
    }

    private static bool Say(HttpListenerContext context, int status, string text, string? location = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        context.Response.RedirectLocation = location;
        context.Response.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        context.Response.Close();
        return true;
    }
}
