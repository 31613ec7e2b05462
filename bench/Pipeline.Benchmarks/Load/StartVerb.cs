using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pipeline.Benchmarks.Http;

namespace Pipeline.Benchmarks.Load;

/// <summary>Starts a service again and again and tells the median time from the process's start until it is ready, and what is resident then.</summary>
internal static class StartVerb
{
    public const string Usage = "start --service FILE --package DIR [--port N] [--times N]";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var endpoint = arguments.Endpoint();
        var service = arguments.Text("--service");
        var package = arguments.Text("--package");
        var times = arguments.Number("--times", 7);
        arguments.ShouldBeUsedUp();

        var starts = new Latencies();
        var resident = new List<long>();
        for (var run = 0; run < times; run++)
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(service, ["--package", package, "--address", "127.0.0.1", "--port", $"{endpoint.Port}"]) { RedirectStandardOutput = true })!;
            try
            {
                await ReadyAsync(endpoint, process);
                starts.AddSince(start);
                process.Refresh();
                resident.Add(process.WorkingSet64);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        resident.Sort();
        Output.Line($"ready_ms {starts.Percentile(0.5)}");
        Output.Line($"resident_mb {resident[resident.Count / 2] / 1e6:F1}");
        return 0;
    }

    private static async Task ReadyAsync(IPEndPoint endpoint, Process process)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!process.HasExited)
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(endpoint, timeout.Token);
                await connection.SendAsync("GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(), timeout.Token);
                if ((await connection.ReceiveAsync(timeout.Token))?.StatusCode == 200)
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // Not listening yet.
            }

            await Task.Delay(1, timeout.Token);
        }

        throw new InvalidOperationException($"The service ended with exit code {process.ExitCode} instead of becoming ready.");
    }
}
