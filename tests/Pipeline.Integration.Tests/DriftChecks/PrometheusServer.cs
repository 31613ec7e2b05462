using Pipeline.Engine;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>A real Prometheus (or Alertmanager) on a free port of the loopback address, its data below the temporary folder.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly string _directory;

    private PrometheusServer(BackgroundProcess process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Address { get; }

    /// <summary>The path of a program of Debian's packages; skips the test if it is not there.</summary>
    public static string Require(string program, string package)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            MissingPart.Skip($"there is no {program} on PATH (Debian package {package}).");
        }

        return path!;
    }

    /// <param name="targets">Scraped every second; each with its own name as the instance.</param>
    /// <param name="configuration">More of prometheus.yml.</param>
    public static async Task<PrometheusServer> StartAsync(IEnumerable<string> targets, string configuration = "")
    {
        var text = $"""
            global: {"{"} scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s {"}"}
            scrape_configs:
              - job_name: inference
                static_configs: [{"{"} targets: [{string.Join(", ", targets.Select(target => $"'{target}'"))}] {"}"}]
            {configuration}
            """;
        return await StartAsync(Require("prometheus", "prometheus"), text, "/-/ready", (directory, port) =>
            [$"--config.file={directory}/config.yml", $"--storage.tsdb.path={directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]);
    }

    /// <param name="configuration">The content of alertmanager.yml.</param>
    public static Task<PrometheusServer> StartAlertmanagerAsync(string configuration) =>
        StartAsync(Require("prometheus-alertmanager", "prometheus-alertmanager"), configuration, "/-/ready", (directory, port) =>
            [$"--config.file={directory}/config.yml", $"--storage.path={directory}/data", $"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=warn"]);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<PrometheusServer> StartAsync(string program, string configuration, string readyPath, Func<string, int, IEnumerable<string>> arguments)
    {
        var directory = Directory.CreateTempSubdirectory("pipeline-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "config.yml"), configuration, TestContext.Current.CancellationToken);
        var port = LocalRegistry.FreePort();
        var server = new PrometheusServer(BackgroundProcess.Start(program, arguments(directory, port), directory), directory, port);
        await server.WaitUntilReadyAsync(readyPath);
        return server;
    }

    private async Task WaitUntilReadyAsync(string path)
    {
        using var client = new HttpClient();
        for (var attempt = 0; attempt < 300 && !_process.HasExited; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Address + path), TestContext.Current.CancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var log = string.Join('\n', _process.Log);
        await DisposeAsync();
        Assert.Fail($"It does not become ready:\n{log}");
    }
}
