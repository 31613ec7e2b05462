using System.Net;
using System.Net.Sockets;
using Pipeline.Benchmarks.Http;
using Pipeline.Benchmarks.Requests;

namespace Pipeline.Benchmarks.Load;

/// <summary>
/// Load that tells answers apart by status, which wrk does not. Without a rate each connection asks again at once; with one, requests are due at fixed times, spread
/// over the connections, so that a refusal does not make a client ask faster. Run it with DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1: one thread then does it all.
/// </summary>
internal static class LoadVerb
{
    public const string Usage = "load --port N --requests FILE [--connections N] [--seconds N] [--rate REQUESTS-PER-SECOND] [--warm-up SECONDS]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var endpoint = arguments.Endpoint();
        var requests = RequestFile.Read(arguments.Text("--requests"));
        var connections = arguments.Number("--connections", 16);
        var seconds = arguments.Number("--seconds", 10);
        var rate = arguments.Number("--rate", 0);
        var warmUp = TimeSpan.FromSeconds(arguments.Number("--warm-up", 0));
        arguments.ShouldBeUsedUp();

        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds) + warmUp);
        var interval = rate > 0 ? TimeSpan.FromSeconds((double)connections / rate) : TimeSpan.Zero;
        var clients = Enumerable.Range(0, connections).Select(index => new LoadClient(endpoint, requests, index * 7919 % requests.Count, interval, interval * index / connections, warmUp)).ToList();
        await Task.WhenAll(clients.Select(client => client.RunAsync(end.Token)));
        Report(clients, seconds);
        return 0;
    }

    private static void Report(List<LoadClient> clients, double seconds)
    {
        var (ok, refused) = (new Latencies(), new Latencies());
        foreach (var client in clients)
        {
            ok.Add(client.Ok);
            refused.Add(client.Refused);
        }

        var (others, failures, late) = (clients.Sum(client => client.Others), clients.Sum(client => client.Failures), clients.Sum(client => client.Late));
        Output.Line($"rps {(ok.Count + refused.Count + others) / seconds:F0}");
        Output.Line($"ok_rps {ok.Count / seconds:F0}");
        Output.Line($"ok_p50_ms {ok.Percentile(0.5)}");
        Output.Line($"ok_p99_ms {ok.Percentile(0.99)}");
        Output.Line($"refused {refused.Count}");
        Output.Line($"refused_p50_ms {refused.Percentile(0.5)}");
        Output.Line($"refused_p99_ms {refused.Percentile(0.99)}");
        Output.Line($"others {others}");
        Output.Line($"failures {failures}");
        Output.Line($"late {late}");
    }
}
