using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Health;

/// <summary>
/// <c>inference --healthcheck</c>: asks the service on this machine's own port whether it is ready, for a container's HEALTHCHECK where there is neither a shell nor curl.
/// It speaks HTTP over a bare socket, because it runs every few seconds and an HTTP client takes longer to load than to answer.
/// </summary>
public static class HealthCheckVerb
{
    private const int TimeoutMilliseconds = 2_000;

    public static int Run(InferenceOptions options)
    {
        if (options.Port == 0)
        {
            StandardStreams.WriteError("--healthcheck needs the service's own port (--port or PORT), not 0.");
            return ServiceExit.Usage;
        }

        var endpoint = new IPEndPoint(Reachable(options.Address), options.Port);
        try
        {
            var statusLine = StatusLineOf(endpoint);
            if (statusLine.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                return ServiceExit.Pass;
            }

            StandardStreams.WriteError($"http://{endpoint}/health/ready answers '{statusLine}'.");
        }
        catch (SocketException e)
        {
            StandardStreams.WriteError($"http://{endpoint}/health/ready does not answer: {e.Message}.");
        }

        return ServiceExit.Error;
    }

    // A service that listens on all addresses is asked on loopback.
    private static IPAddress Reachable(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : address;

    private static string StatusLineOf(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { SendTimeout = TimeoutMilliseconds, ReceiveTimeout = TimeoutMilliseconds };
        socket.Connect(endpoint);
        socket.Send(Encoding.ASCII.GetBytes($"GET /health/ready HTTP/1.1\r\nHost: {endpoint}\r\nConnection: close\r\n\r\n"));

        var answer = new byte[256];
        var length = 0;
        while (length < answer.Length && socket.Receive(answer.AsSpan(length)) is var count and > 0)
        {
            length += count;
        }

        var text = Encoding.ASCII.GetString(answer, 0, length);
        return text.Split('\r', 2)[0];
    }
}
