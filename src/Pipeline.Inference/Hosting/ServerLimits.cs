using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Pipeline.Inference.Hosting;

/// <summary>Where the server listens, and what it takes from a connection before a request reaches the service.</summary>
internal static class ServerLimits
{
    // A header is one packet; who needs longer is stuck or holds the connection on purpose.
    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);

    // A body that trickles holds one of the places for requests. The poorest line is ten times as fast; the request's deadline ends what is faster and still too slow.
    private static readonly MinDataRate BodyRate = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(5));

    // Answers wait in memory for those who don't read them.
    private static readonly MinDataRate AnswerRate = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Apply(KestrelServerOptions kestrel, InferenceOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        kestrel.Limits.MinRequestBodyDataRate = BodyRate;
        kestrel.Limits.MinResponseDataRate = AnswerRate;
        kestrel.Limits.RequestHeadersTimeout = HeaderTime;
        kestrel.Limits.KeepAliveTimeout = options.KeepAlive;

        // Counted for each port, so that probes and metrics on a port of their own get through whatever happens on the other.
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Listen(options.Address, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        if (options.MetricsPort is { } port)
        {
            kestrel.Listen(options.Address, port, ListenForMetrics);
        }
    }

    /// <summary>Says which of its addresses could not be listened on.</summary>
    public static string Describe(InferenceOptions options)
    {
        var main = $"http://{new IPEndPoint(options.Address, options.Port)}";
        return options.MetricsPort is { } port ? $"{main} and http://{new IPEndPoint(options.Address, port)} (metrics)" : main;
    }

    // The connection itself is marked: a Host header could claim any port.
    private static void ListenForMetrics(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(MetricsConnection.Mark);
            return next(connection);
        });
    }
}
