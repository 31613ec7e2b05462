using System.Net;
using System.Net.Sockets;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests;

/// <summary>A real docker-registry on a free port of the loopback address, its data below the temporary folder.</summary>
public sealed class LocalRegistry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "correct-horse?~>";

    // bcrypt of the password above.
    private const string PasswordHash = "$2b$05$V7Gp7UUFnDIvlJth/63b7OXPXvDw8m3jfkxbjrLz4MSowpgELMZvu";

    private readonly BackgroundProcess _process;
    private readonly string _directory;

    private LocalRegistry(BackgroundProcess process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        Address = $"127.0.0.1:{port}";
    }

    public string Address { get; }

    public static async Task<LocalRegistry> StartAsync(bool withPassword = false)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(folder => Path.Combine(folder, "docker-registry")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            MissingPart.Skip("there is no docker-registry on PATH (Debian package docker-registry).");
        }

        var directory = Directory.CreateTempSubdirectory("pipeline-registry-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(directory, "config.yml"), Configuration(directory, port, withPassword), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "htpasswd"), $"{User}:{PasswordHash}\n", TestContext.Current.CancellationToken);
        var registry = new LocalRegistry(BackgroundProcess.Start(program!, ["serve", Path.Combine(directory, "config.yml")], directory), directory, port);
        await registry.WaitUntilItListensAsync();
        return registry;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task WaitUntilItListensAsync()
    {
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://{Address}/v2/"), TestContext.Current.CancellationToken);
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }

        Assert.Fail($"docker-registry does not listen: {string.Join('\n', _process.Log)}");
    }

    private static string Configuration(string directory, int port, bool withPassword) =>
        $"""
        version: 0.1
        log: {"{"} level: warn {"}"}
        storage:
          filesystem: {"{"} rootdirectory: {directory}/data {"}"}
          delete: {"{"} enabled: true {"}"}
        http:
          addr: 127.0.0.1:{port}
        {(withPassword ? $"auth:\n  htpasswd: {{ realm: tests, path: {directory}/htpasswd }}" : string.Empty)}
        """;
}
