using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;

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
    public void Header_is_url_safe()
    {
        var header = RegistryCredentials.ToHeader(new Docker.DotNet.Models.AuthConfig { Username = "a", Password = "~~~>>>???" });

        header.Should().NotContainAny("+", "/");
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
