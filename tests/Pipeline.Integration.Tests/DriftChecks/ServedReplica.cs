using System.Net;
using System.Text;
using Pipeline.Delivery.Images;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>The real service as a process on a port that it keeps over restarts, with a prediction log of its own.</summary>
internal sealed class ServedReplica : IAsyncDisposable
{
    // Settings of the caller's own services must not reach this one.
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["MODEL_PACKAGE"] = null, ["MODEL_DIGEST"] = null, ["PORT"] = null, ["ADDRESS"] = null, ["METRICS_PORT"] = null, ["API_KEYS"] = null, ["API_KEY_FILE"] = null,
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null, ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = null, ["DOTNET_gcServer"] = "0",
    };

    private readonly HttpClient _client;
    private readonly ServiceBinaries _service;
    private readonly string[] _arguments;
    private readonly string _logDirectory;
    private BackgroundProcess _process;

    private ServedReplica(ServiceBinaries service, PackagedModel package, string logDirectory)
    {
        var port = LocalRegistry.FreePort();
        Target = $"127.0.0.1:{port}";
        Address = $"http://{Target}";
        _client = new HttpClient { BaseAddress = new Uri(Address) };
        _service = service;
        _logDirectory = logDirectory;
        _arguments =
        [
            "--package", package.Directory, "--address", "127.0.0.1", "--port", $"{port}", "--expect-digest", package.Digest.ToString(), "--exit-with-parent",
            "--prediction-log", logDirectory, "--prediction-log-file-seconds", "1",
        ];
        _process = Run();
    }

    public string Address { get; }

    public string Target { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ServedReplica> StartAsync(ServiceBinaries service, PackagedModel package, string logDirectory)
    {
        var replica = new ServedReplica(service, package, logDirectory);
        await replica.UntilReadyAsync();
        return replica;
    }

    /// <summary>Has all rows answered, in one request.</summary>
    /// <param name="rows">JSON objects.</param>
    public async Task AnswerAsync(IEnumerable<string> rows)
    {
        using var content = new StringContent($"{{\"rows\":[{string.Join(',', rows)}]}}", Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, Token);
        response.StatusCode.Should().Be(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(Token));
    }

    /// <summary>Waits until everything that was answered lies in complete files of the log.</summary>
    public async Task UntilLoggedAsync()
    {
        while (Directory.EnumerateFiles(_logDirectory, "*.tmp").Any())
        {
            await Task.Delay(100, Token);
        }
    }

    /// <summary>Kills the process, which cannot save anything, and starts another one on its port.</summary>
    public async Task KillAndRestartAsync()
    {
        await _process.DisposeAsync();
        _process = Run();
        await UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _client.Dispose();
    }

    private BackgroundProcess Run() => BackgroundProcess.Start(_service.Executable, _arguments, _service.AppDirectory, Environment);

    private async Task UntilReadyAsync()
    {
        for (var attempt = 0; attempt < 300 && !_process.HasExited; attempt++)
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100, Token);
        }

        Assert.Fail($"The service does not become ready:\n{string.Join('\n', _process.Log)}");
    }
}
