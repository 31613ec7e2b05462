using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Inference.Tests;

/// <summary>A client that sends what it is told, byte by byte if need be.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Timer? _trickle;

    public static async Task<RawClient> ConnectAsync(Uri address)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        return client;
    }

    /// <summary>The header of a request for predictions.</summary>
    public static string Post(int contentLength) => $"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {contentLength}\r\n\r\n";

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Sends a blank every 400 ms until the connection is closed.</summary>
    public void StartTrickling() => _trickle = new Timer(_ => Trickle(), state: null, TimeSpan.Zero, TimeSpan.FromMilliseconds(400));

    /// <summary>What the service sends until it closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(60));
        var text = new StringBuilder();
        var buffer = new byte[4_096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, timeout.Token) is var count and > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Reset: that is an end, too.
        }

        return text.ToString();
    }

    public void Dispose()
    {
        _trickle?.Dispose();
        _socket.Dispose();
    }

    private void Trickle()
    {
        try
        {
            _socket.Send(" "u8);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut off, which is what this is for.
        }
    }
}
