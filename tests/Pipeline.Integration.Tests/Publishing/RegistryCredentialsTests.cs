using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.Publishing;

[Collection(SharedWorkspace.Name)]
public sealed class RegistryCredentialsTests
{
    private const string Registry = "registry.example.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Entry_in_the_file_is_used()
    {
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(Registry, "somebody", "a:b~>?"));

        var found = await RegistryCredentials.FindAsync(Registry, Token);

        found!.Username.Should().Be("somebody");
        found.Password.Should().Be("a:b~>?");
    }

    [Fact]
    public async Task Another_registrys_credentials_are_not_used()
    {
        using var configuration = new DockerConfiguration(DockerConfiguration.Login("other.example.com", "somebody", "secret"));

        (await RegistryCredentials.FindAsync(Registry, Token)).Should().BeNull();
    }

    [Fact]
    public async Task Registrys_own_helper_goes_before_the_common_one_and_the_file()
    {
        var content = DockerConfiguration.Login(Registry, "from the file", "secret");
        content["credsStore"] = "common";
        content["credHelpers"] = new JsonObject { [Registry] = "own" };
        using var configuration = new DockerConfiguration(content);
        using var path = AddHelpers(configuration.Folder, ("common", """{"Username":"from the common helper","Secret":"x"}"""), ("own", """{"Username":"<token>","Secret":"token of $host"}"""));

        var found = await RegistryCredentials.FindAsync(Registry, Token);

        found!.IdentityToken.Should().Be($"token of {Registry}");
    }

    [Fact]
    public async Task Helper_without_credentials_leaves_it_to_the_file()
    {
        var content = DockerConfiguration.Login(Registry, "from the file", "secret");
        content["credsStore"] = "empty";
        using var configuration = new DockerConfiguration(content);
        using var path = AddHelpers(configuration.Folder, ("empty", "credentials not found in native keychain"));

        var found = await RegistryCredentials.FindAsync(Registry, Token);

        found!.Username.Should().Be("from the file");
    }

    [Fact]
    public async Task Common_store_is_asked_for_every_registry_without_a_helper_of_its_own()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "common", ["credHelpers"] = new JsonObject { ["other.example.com"] = "own" } });
        using var path = AddHelpers(configuration.Folder, ("common", """{"ServerURL":"x","Username":"somebody","Secret":"secret"}"""), ("own", "must not be asked"));

        var found = await RegistryCredentials.FindAsync(Registry, Token);

        (found!.Username, found.Password, found.IdentityToken).Should().Be(("somebody", "secret", null));
    }

    [Fact]
    public async Task Identity_token_in_the_file_goes_before_the_password_field()
    {
        var entry = new JsonObject { ["auth"] = Convert.ToBase64String("00000000-0000-0000-0000-000000000000:"u8), ["identitytoken"] = "the-token" };
        using var configuration = new DockerConfiguration(new JsonObject { ["auths"] = new JsonObject { [Registry] = entry } });

        var found = await RegistryCredentials.FindAsync(Registry, Token);

        (found!.Username, found.IdentityToken).Should().Be((null, "the-token"));
    }

    [Theory]
    [InlineData("https://registry.example.com")]
    [InlineData("https://registry.example.com/v1/")]
    [InlineData("http://registry.example.com/")]
    [InlineData("registry.example.com/team/model")]
    public async Task Key_with_a_scheme_or_a_path_is_its_hosts(string key)
    {
        using var configuration = new DockerConfiguration(DockerConfiguration.Login(key, "somebody", "secret"));

        (await RegistryCredentials.FindAsync(Registry, Token))!.Username.Should().Be("somebody");
        (await RegistryCredentials.FindAsync("registry.example.com:5000", Token)).Should().BeNull();
        (await RegistryCredentials.FindAsync("example.com", Token)).Should().BeNull();
    }

    [Theory]
    [InlineData("docker.io")]
    [InlineData("index.docker.io")]
    [InlineData("registry-1.docker.io")]
    public async Task Docker_hubs_names_have_the_key_that_docker_login_writes(string name)
    {
        using var configuration = new DockerConfiguration(DockerConfiguration.Login("https://index.docker.io/v1/", "somebody", "secret"));

        (await RegistryCredentials.FindAsync(name, Token))!.Username.Should().Be("somebody");
    }

    [Fact]
    public async Task Helper_of_docker_hub_is_asked_by_docker_hubs_key()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credHelpers"] = new JsonObject { ["docker.io"] = "hub" } });
        using var path = AddHelpers(configuration.Folder, ("hub", """{"Username":"asked for $host","Secret":"secret"}"""));

        (await RegistryCredentials.FindAsync("docker.io", Token))!.Username.Should().Be("asked for https://index.docker.io/v1/");
    }

    [Fact]
    public async Task Missing_helper_is_named_with_the_file_that_wants_it()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "not-installed" });

        await FailsAsync($"*kept by docker-credential-not-installed, as {Path.Combine(configuration.Folder, "config.json")} says*Is it installed and on PATH?*");
    }

    [Theory]
    [InlineData("{\"Username\":\"somebody\"}")]
    [InlineData("{\"Username\":1,\"Secret\":\"half-a-secret\"}")]
    [InlineData("{half-a-secret")]
    [InlineData("{} half-a-secret")]
    public async Task Helper_that_prints_garbage_is_named_and_not_quoted(string garbage)
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "garbage" });
        using var path = AddHelpers(configuration.Folder, ("garbage", garbage));

        (await FailsAsync("docker-credential-garbage*something else than a user name and a secret*")).Message.Should().NotContain("half-a-secret");
    }

    [Fact]
    public async Task Helper_that_fails_says_why()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "locked" });
        using var path = AddHelpers(configuration.Folder, ("locked", "the keychain is locked"));

        await FailsAsync("*docker-credential-locked*exit code 1*the keychain is locked*");
    }

    [Fact]
    public async Task Helper_that_hangs_is_given_up_and_ended()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "hanging" });
        using var path = AddHelpers(configuration.Folder, ("hanging", "{}"));
        var started = Path.Combine(configuration.Folder, "pid");
        await File.WriteAllTextAsync(Path.Combine(configuration.Folder, "docker-credential-hanging"), $"#!/bin/sh\necho $$ >{started}\nexec sleep 600\n", Token);

        var find = () => RegistryCredentials.FindAsync(Registry, TimeSpan.FromSeconds(1), Token);

        await find.Should().ThrowAsync<PipelineException>().WithMessage("docker-credential-hanging*does not answer within 1 s*");
        var isRunning = () => Directory.Exists($"/proc/{File.ReadAllText(started).Trim()}");
        isRunning.Should().NotThrow();
        await WaitUntilAsync(() => !isRunning());
    }

    [Fact]
    public async Task Cancelling_ends_a_helper_and_is_no_fault_of_it()
    {
        using var configuration = new DockerConfiguration(new JsonObject { ["credsStore"] = "hanging" });
        using var path = AddHelpers(configuration.Folder, ("hanging", "{}"));
        await File.WriteAllTextAsync(Path.Combine(configuration.Folder, "docker-credential-hanging"), "#!/bin/sh\nexec sleep 600\n", Token);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        var find = () => RegistryCredentials.FindAsync(Registry, stop.Token);

        await find.Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"auths\":{\"registry.example.com\":{\"auth\":\"no base64 !\"}}}")]
    [InlineData("{\"auths\":{\"registry.example.com\":{\"auth\":\"bm9jb2xvbg==\"}}}")]
    [InlineData("{\"auths\":{\"registry.example.com\":{\"auth\":7}}}")]
    [InlineData("{\"credsStore\":[]}")]
    public async Task Broken_file_is_named(string text)
    {
        using var configuration = new DockerConfiguration([]);
        var file = Path.Combine(configuration.Folder, "config.json");
        await File.WriteAllTextAsync(file, text, Token);

        await FailsAsync($"*{file}*cannot be read*");
    }

    [Fact]
    public async Task Folder_of_the_environment_without_a_file_gives_none()
    {
        using var configuration = new DockerConfiguration([]);
        File.Delete(Path.Combine(configuration.Folder, "config.json"));

        (await RegistryCredentials.FindAsync(Registry, Token)).Should().BeNull();
    }

    [Fact]
    public void Header_is_url_safe()
    {
        var header = RegistryCredentials.ToHeader(new Docker.DotNet.Models.AuthConfig { Username = "a", Password = "~~~>>>???" });

        header.Should().NotContainAny("+", "/");
    }

    private static async Task<PipelineException> FailsAsync(string message)
    {
        var find = () => RegistryCredentials.FindAsync(Registry, Token);

        var failure = (await find.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which;
        failure.ExitCode.Should().Be(ExitCode.ToolError);
        return failure;
    }

    private static async Task WaitUntilAsync(Func<bool> isSo)
    {
        for (var attempt = 0; attempt < 50 && !isSo(); attempt++)
        {
            await Task.Delay(100, Token);
        }

        isSo().Should().BeTrue();
    }

    private static PathAddition AddHelpers(string folder, params (string Name, string Answer)[] helpers)
    {
        foreach (var (name, answer) in helpers)
        {
            var path = Path.Combine(folder, $"docker-credential-{name}");
            var ending = answer.StartsWith('{') ? 0 : 1;
            File.WriteAllText(path, $"#!/bin/sh\nread -r host\n[ \"$1\" = get ] || exit 9\ncat <<END\n{answer}\nEND\nexit {ending}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new PathAddition(folder);
    }

    private sealed class PathAddition : IDisposable
    {
        private readonly string? _before = Environment.GetEnvironmentVariable("PATH");

        public PathAddition(string folder) => Environment.SetEnvironmentVariable("PATH", $"{folder}:{_before}");

        public void Dispose() => Environment.SetEnvironmentVariable("PATH", _before);
    }
}
