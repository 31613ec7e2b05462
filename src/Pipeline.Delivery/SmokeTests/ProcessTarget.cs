using System.Text.RegularExpressions;
using Pipeline.Delivery.Images;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>The service as a process of this machine, on a free port of the loopback address. It stops by itself if the pipeline is killed.</summary>
internal sealed partial class ProcessTarget : ISmokeTarget
{
    // Settings of the caller's own services must not reach this one.
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["MODEL_PACKAGE"] = null, ["MODEL_DIGEST"] = null, ["MODEL_KEY"] = null, ["PORT"] = null, ["ADDRESS"] = null, ["ASPNETCORE_URLS"] = null, ["ASPNETCORE_HTTP_PORTS"] = null,
        ["METRICS_PORT"] = null, ["DRAIN_SECONDS"] = null, ["API_KEYS"] = null, ["API_KEY_FILE"] = null, ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null, ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = null,
        ["ASPNETCORE_ENVIRONMENT"] = null, ["DOTNET_ENVIRONMENT"] = null, ["DOTNET_STARTUP_HOOKS"] = null, ["DOTNET_gcServer"] = "0",
    };

    private readonly BackgroundProcess _process;
    private readonly TimeProvider _clock;

    private ProcessTarget(BackgroundProcess process, TimeProvider clock)
    {
        _process = process;
        _clock = clock;
    }

    public int ProcessId => _process.Id;

    public static ProcessTarget Start(PackagedModel package, ServiceBinaries binaries, TimeProvider clock) => new(
        BackgroundProcess.Start(
            binaries.Executable,
            ["--package", package.Directory, "--address", "127.0.0.1", "--port", "0", "--expect-digest", package.Digest.ToString(), "--exit-with-parent"],
            binaries.AppDirectory,
            Environment),
        clock);

    public Task<Uri?> TryGetAddressAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_process.Log.Select(line => AddressPattern().Match(line)).FirstOrDefault(match => match.Success) is { } match ? new Uri(match.Groups["url"].Value) : null);

    public Task<bool> HasExitedAsync(CancellationToken cancellationToken) => Task.FromResult(_process.HasExited);

    public Task<int?> TerminateAsync(TimeSpan patience, CancellationToken cancellationToken) => _process.TerminateAsync(patience, _clock, cancellationToken);

    public Task<string> LogTailAsync(CancellationToken cancellationToken) => Task.FromResult(CommandLine.Tail(string.Join('\n', _process.Log)));

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex(@"listening on (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex AddressPattern();
}
