using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.Publishing.Registries;

[Collection(SharedWorkspace.Name)]
public sealed class RegistryAuthenticationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_with_a_password_works_at_a_real_registry()
    {
        await using var registry = await LocalRegistry.StartAsync(withPassword: true);
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, LocalRegistry.User, LocalRegistry.Password));
        var reference = new ImageReference(registry.Address, "model");
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);

        var pushed = await TinyImage.PushAsync(client, reference, "1.0");

        (await client.ResolveAsync(reference, "1.0", Token)).Should().Be(pushed);
    }

    [Theory]
    [InlineData((int)FakeGuard.Basic)]
    [InlineData((int)FakeGuard.Bearer)]
    public async Task Password_gives_a_token_where_one_is_asked_for_and_is_shown_itself_elsewhere(int guard)
    {
        await using var registry = new FakeRegistry((FakeGuard)guard);
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, FakeRegistry.Password));

        await WorksAsync(registry);

        registry.Requests.Where(request => request.EndsWith("Basic", StringComparison.Ordinal) && !request.StartsWith("GET /token", StringComparison.Ordinal)).Any()
            .Should().Be((FakeGuard)guard == FakeGuard.Basic);
    }

    [Fact]
    public async Task Identity_token_is_exchanged_for_one_token_per_right()
    {
        await using var registry = new FakeRegistry(FakeGuard.Bearer);
        using var configuration = new DockerConfiguration(new JsonObject { ["auths"] = new JsonObject { [registry.Address] = new JsonObject { ["identitytoken"] = FakeRegistry.Identity } } });

        await WorksAsync(registry);

        registry.Requests.Where(request => request.EndsWith("/token", StringComparison.Ordinal)).Should().Equal("POST /token", "POST /token");
    }

    [Fact]
    public async Task Token_that_has_ended_is_renewed()
    {
        await using var registry = new FakeRegistry(FakeGuard.Bearer);
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, FakeRegistry.Password));
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var pushed = await TinyImage.PushAsync(client, registry.Reference, "1.0");

        registry.ForgetTokens();

        (await client.ResolveAsync(registry.Reference, "1.0", Token)).Should().Be(pushed);
    }

    [Theory]
    [InlineData((int)FakeGuard.Basic)]
    [InlineData((int)FakeGuard.Bearer)]
    public async Task Missing_and_wrong_credentials_are_told_apart(int guard)
    {
        await using var registry = new FakeRegistry((FakeGuard)guard);
        using (new DockerConfiguration([]))
        {
            await FailsAsync(registry, $"*keeps none for it. Run docker login {registry.Address} first*");
        }

        using (new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, "wrong-secret")))
        {
            (await FailsAsync(registry, "*refuses the credentials of the user 'tester'*")).Message.Should().NotContain("wrong-secret");
        }
    }

    [Fact]
    public async Task Credentials_are_not_sent_to_a_token_service_in_plain_text()
    {
        await using var registry = new FakeRegistry(FakeGuard.Bearer) { Realm = "http://tokens.invalid/token" };
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, FakeRegistry.Password));

        await FailsAsync(registry, "*http://tokens.invalid/token as its token service, which is not https*");
    }

    [Fact]
    public async Task Token_service_that_gives_no_token_is_named()
    {
        await using var registry = new FakeRegistry(FakeGuard.Bearer);
        registry.Intercept = context =>
        {
            if (context.Request.Url!.AbsolutePath != "/token")
            {
                return false;
            }

            context.Response.OutputStream.Write("""{"token":"with\r\nnewline"}"""u8);
            context.Response.Close();
            return true;
        };
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(registry.Address, FakeRegistry.User, FakeRegistry.Password));

        await FailsAsync(registry, "*token service*answers without a token*");
    }

    private static async Task WorksAsync(FakeRegistry registry)
    {
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var pushed = await TinyImage.PushAsync(client, registry.Reference, "1.0");
        (await client.ResolveAsync(registry.Reference, "1.0", Token)).Should().Be(pushed);
    }

    private static async Task<PipelineException> FailsAsync(FakeRegistry registry, string message)
    {
        using var client = await RegistryClient.ConnectAsync(registry.Address, Token);
        var resolve = () => client.ResolveAsync(registry.Reference, "1.0", Token);

        var failure = (await resolve.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which;
        failure.ExitCode.Should().Be(ExitCode.ToolError);
        return failure;
    }
}
