using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Images;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>One process of the service with one package, and one connection to it that is kept alive.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private const double BytesPerMb = 1e6;

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly Uri Predict = new("v1/predict", UriKind.Relative);
    private static readonly Uri Ready = new("health/ready", UriKind.Relative);

    private readonly ProcessTarget _target;
    private readonly TimeProvider _clock;
    private readonly byte[][] _requests;

    // A proxy in the environment is for the outside world.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 1 }) { Timeout = RequestTimeout };

    private int _next;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler.")]
    private RunningService(ProcessTarget target, byte[][] requests, TimeProvider clock)
    {
        _target = target;
        _requests = requests;
        _clock = clock;
    }

    /// <summary>Until the service said that it is ready.</summary>
    public double StartMs { get; private set; }

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <exception cref="InvalidDataException">It is not in time, or ends; with the end of its log.</exception>
    public static async Task<RunningService> StartAsync(PackagedModel package, ServiceBinaries binaries, TimeProvider clock, CancellationToken cancellationToken)
    {
        var requests = PackageReader.ReadGoldenSample(package).Rows.Select(row => Encoding.UTF8.GetBytes(new JsonObject { ["rows"] = new JsonArray(row.Row.DeepClone()) }.ToJsonString())).ToArray();
        var start = clock.GetTimestamp();
        var service = new RunningService(ProcessTarget.Start(package, binaries, clock), requests, clock);
        try
        {
            await service.BecomeReadyAsync(start, cancellationToken);
            service.StartMs = clock.GetElapsedTime(start).TotalMilliseconds;
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends requests of one row each, one after the other, each golden row in turn.</summary>
    /// <returns>The time of each in milliseconds, from sending it to having read the whole answer.</returns>
    /// <exception cref="InvalidDataException">An answer is not 200.</exception>
    public async Task<IReadOnlyList<double>> SendAsync(int count, CancellationToken cancellationToken)
    {
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            using var content = new ByteArrayContent(_requests[_next++ % _requests.Length]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var start = _clock.GetTimestamp();
            using var response = await _http.PostAsync(Predict, content, cancellationToken);
            times[i] = _clock.GetElapsedTime(start).TotalMilliseconds;
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new InvalidDataException($"/v1/predict answers {(int)response.StatusCode} to a golden request");
            }
        }

        return times;
    }

    /// <summary>What the process has in memory now, pages of its executable included.</summary>
    public double ResidentMb()
    {
        // The kernel's sum over all mappings; what it keeps at hand, and .NET reads, is behind by some pages a thread.
        var rollup = $"/proc/{_target.ProcessId.ToString(CultureInfo.InvariantCulture)}/smaps_rollup";
        if (File.Exists(rollup) && File.ReadLines(rollup).FirstOrDefault(line => line.StartsWith("Rss:", StringComparison.Ordinal)) is { } line)
        {
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / BytesPerMb;
        }

        try
        {
            using var process = Process.GetProcessById(_target.ProcessId);
            return process.WorkingSet64 / BytesPerMb;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException("it ended before its memory was looked at", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _target.DisposeAsync();
    }

    private async Task BecomeReadyAsync(long start, CancellationToken cancellationToken)
    {
        while (!await IsReadyAsync(cancellationToken))
        {
            if (await _target.HasExitedAsync(cancellationToken))
            {
                throw new InvalidDataException($"it ended: {await LastLineAsync(cancellationToken)}");
            }

            if (_clock.GetElapsedTime(start) > ReadyWithin)
            {
                throw new InvalidDataException($"it was not ready within {ReadyWithin.TotalSeconds:0} s: {await LastLineAsync(cancellationToken)}");
            }

            await Task.Delay(PollInterval, _clock, cancellationToken);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        _http.BaseAddress ??= await _target.TryGetAddressAsync(cancellationToken);
        if (_http.BaseAddress is null)
        {
            return false;
        }

        try
        {
            using var response = await _http.GetAsync(Ready, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> LastLineAsync(CancellationToken cancellationToken) =>
        (await _target.LogTailAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it printed nothing";
}
