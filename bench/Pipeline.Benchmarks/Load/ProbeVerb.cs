using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.Benchmarks.Http;

namespace Pipeline.Benchmarks.Load;

/// <summary>Asks probes and metrics while something else loads the service, each time on a connection of its own as an orchestrator does, and tells how long they took.</summary>
internal static class ProbeVerb
{
    public const string Usage = "probe --port N [--seconds N] [--paths /a,/b] [--every-milliseconds N]";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var endpoint = arguments.Endpoint();
        var seconds = arguments.Number("--seconds", 10);
        var paths = arguments.Text("--paths", "/health/live,/health/ready,/metrics").Split(',');
        var pause = TimeSpan.FromMilliseconds(arguments.Number("--every-milliseconds", 50));
        arguments.ShouldBeUsedUp();

        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(paths.Select(path => ProbeAsync(endpoint, path, pause, end.Token)));
        return 0;
    }

    private static async Task ProbeAsync(IPEndPoint endpoint, string path, TimeSpan pause, CancellationToken end)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        var (answers, failures) = (new Latencies(), 0);
        while (!end.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            if (await IsAnsweredAsync(endpoint, request))
            {
                answers.AddSince(start);
            }
            else
            {
                failures++;
            }

            await Task.Delay(pause, CancellationToken.None);
        }

        Output.Line($"{path} {answers.Count} {answers.Percentile(0.5)} {answers.Percentile(0.99)} {answers.Percentile(1)} {failures}");
    }

    private static async Task<bool> IsAnsweredAsync(IPEndPoint endpoint, byte[] request)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            using var connection = await RawConnection.OpenAsync(endpoint, timeout.Token);
            await connection.SendAsync(request, timeout.Token);
            return (await connection.ReceiveAsync(timeout.Token))?.StatusCode == 200;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
