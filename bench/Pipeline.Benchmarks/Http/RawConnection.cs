using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Pipeline.Benchmarks.Http;

/// <summary>
/// An HTTP/1.1 connection that sends whatever bytes it is given: no client library would send what a hostile one does, and none is as light under load.
/// One request at a time.
/// </summary>
public sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer = new byte[8_192];
    private int _filled;

    // Bytes of the buffer that belong to the answer before.
    private int _consumed;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    /// <summary>Tells the server that nothing more comes; answers can still be received.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Hangs up with a reset, so that a test of many connections leaves none in TIME_WAIT.</summary>
    public void HangUp()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>The next answer that is not an interim one; null if the server closed without one.</summary>
    /// <exception cref="SocketException">The server reset the connection.</exception>
    public async ValueTask<RawResponse?> ReceiveAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_consumed, _filled - _consumed).CopyTo(_buffer);
        _filled -= _consumed;
        _consumed = 0;
        while (true)
        {
            int head;
            while ((head = _buffer.AsSpan(_consumed, _filled - _consumed).IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await FillAsync(cancellationToken))
                {
                    return null;
                }
            }

            var start = _consumed;
            var statusCode = StatusOf(_buffer.AsSpan(start, head));
            _consumed += head + 4;
            if (statusCode is >= 200 or 0)
            {
                return await ReceiveBodyAsync(statusCode, start, head, cancellationToken);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<RawResponse?> ReceiveBodyAsync(int statusCode, int start, int head, CancellationToken cancellationToken)
    {
        var keepsAlive = ValueOf(_buffer.AsSpan(start, head), "Connection"u8) is not [(byte)'c' or (byte)'C', ..];
        var bodyStart = _consumed;
        if (Utf8Parser.TryParse(ValueOf(_buffer.AsSpan(start, head), "Content-Length"u8), out int length, out _))
        {
            while (_filled - bodyStart < length)
            {
                if (!await FillAsync(cancellationToken))
                {
                    return new RawResponse(statusCode, KeepsAlive: false, ReadOnlyMemory<byte>.Empty);
                }
            }

            _consumed = bodyStart + length;
            return new RawResponse(statusCode, keepsAlive, _buffer.AsMemory(bodyStart, length));
        }

        if (statusCode is 204 or 304)
        {
            return new RawResponse(statusCode, keepsAlive, ReadOnlyMemory<byte>.Empty);
        }

        // Chunked, or until the server closes. A body that holds these five bytes would end too early; metrics and errors have none.
        while (!_buffer.AsSpan(bodyStart, _filled - bodyStart).EndsWith("0\r\n\r\n"u8))
        {
            if (!await FillAsync(cancellationToken))
            {
                return new RawResponse(statusCode, KeepsAlive: false, _buffer.AsMemory(bodyStart, _filled - bodyStart));
            }
        }

        _consumed = _filled;
        return new RawResponse(statusCode, keepsAlive, _buffer.AsMemory(bodyStart, _filled - bodyStart));
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None, cancellationToken);
        _filled += received;
        return received > 0;
    }

    // 0 for what is not HTTP.
    private static int StatusOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(head[9..], out int status, out _) ? status : 0;

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        Span<byte> mark = [.. "\r\n"u8, .. name, .. ": "u8];
        var at = head.IndexOf(mark);
        if (at < 0)
        {
            return default;
        }

        var value = head[(at + mark.Length)..];
        var end = value.IndexOf("\r\n"u8);
        return end < 0 ? value : value[..end];
    }
}
