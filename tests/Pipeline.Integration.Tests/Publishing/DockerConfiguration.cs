using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Integration.Tests.Publishing;

/// <summary>Points docker's configuration to a temporary folder, as <c>docker login</c> would have left it, and back.</summary>
internal sealed class DockerConfiguration : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("DOCKER_CONFIG");
    private readonly string _directory = Directory.CreateTempSubdirectory("pipeline-docker-config-").FullName;

    public DockerConfiguration(JsonObject content)
    {
        File.WriteAllText(Path.Combine(_directory, "config.json"), content.ToJsonString());
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", _directory);
    }

    public string Folder => _directory;

    public static JsonObject Login(string registry, string user, string password) =>
        new() { ["auths"] = new JsonObject { [registry] = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) } } };

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", _before);
        Directory.Delete(_directory, recursive: true);
    }
}
