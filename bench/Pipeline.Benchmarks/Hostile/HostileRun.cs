using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Pipeline.Benchmarks.Http;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Sends hostile requests over a bounded number of connections to this machine's loopback and reports what came back.</summary>
public sealed class HostileRun(IPEndPoint endpoint, HostileTarget target)
{
    public const int MaxConnections = 32;

    private const int SlowPieces = 8;

    // Longer than any limit of the service that ends a request.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(60);

    /// <summary>Which requests are made depends on count, seed and connections only.</summary>
    public async Task<HostileReport> RunAsync(int count, int seed, int connections, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(connections, MaxConnections);
        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ArgumentException($"Hostile requests go to this machine only, not to {endpoint}.");
        }

        var report = new HostileReport();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(client =>
            SendAsync(new HostileRequests(target, unchecked((seed * 1_000) + client)), (count + connections - 1 - client) / connections, report, cancellationToken)));
        return report;
    }

    private async Task SendAsync(HostileRequests requests, int count, HostileReport report, CancellationToken cancellationToken)
    {
        await Task.Yield();
        RawConnection? connection = null;
        try
        {
            for (var sent = 0; sent < count; sent++)
            {
                var request = requests.Next();
                connection = await SendAsync(connection, request, report, cancellationToken);
            }
        }
        finally
        {
            connection?.HangUp();
        }
    }

    // Returns the connection if another request can go over it.
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller hangs up what is returned; all else is hung up here.")]
    private async Task<RawConnection?> SendAsync(RawConnection? connection, HostileRequest request, HostileReport report, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        var isReused = connection is not null;
        try
        {
            connection ??= await RawConnection.OpenAsync(endpoint, timeout.Token);
        }
        catch (SocketException e)
        {
            report.Fault(request, $"could not be sent: {e.Message}");
            return null;
        }

        RawResponse? answer = null;
        try
        {
            answer = await AskAsync(connection, request, timeout.Token);
        }
        catch (SocketException)
        {
            // The server may cut off what it will not read to its end.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            report.Fault(request, $"had no answer within {Patience.TotalSeconds} s");
        }

        if (answer is null && isReused && request.Delivery == Delivery.Whole && !timeout.IsCancellationRequested)
        {
            // The server had closed the connection after the answer before, as it may.
            connection.HangUp();
            return await SendAsync(null, request, report, cancellationToken);
        }

        report.Note(request, answer?.StatusCode ?? 0);
        if (request.Delivery == Delivery.Whole && answer is { KeepsAlive: true })
        {
            return connection;
        }

        connection.HangUp();
        return null;
    }

    private static async Task<RawResponse?> AskAsync(RawConnection connection, HostileRequest request, CancellationToken cancellationToken)
    {
        if (request.Delivery == Delivery.Slow)
        {
            await SendSlowlyAsync(connection, request.Bytes, cancellationToken);
        }
        else
        {
            await connection.SendAsync(request.Bytes, cancellationToken);
        }

        switch (request.Delivery)
        {
            case Delivery.HungUp:
                return null;
            case Delivery.Ended:
                return await EndAsync(connection, cancellationToken);
            default:
                return await connection.ReceiveAsync(cancellationToken);
        }
    }

    // A server may drop a client that has ended its side without an answer, so that it gets a moment to answer first.
    private static async Task<RawResponse?> EndAsync(RawConnection connection, CancellationToken cancellationToken)
    {
        var receiving = connection.ReceiveAsync(cancellationToken).AsTask();
        if (await Task.WhenAny(receiving, Task.Delay(AnswerTime, cancellationToken)) != receiving)
        {
            connection.EndSending();
        }

        return await receiving;
    }

    private static async Task SendSlowlyAsync(RawConnection connection, byte[] bytes, CancellationToken cancellationToken)
    {
        for (var piece = 0; piece < SlowPieces; piece++)
        {
            await connection.SendAsync(bytes.AsMemory(bytes.Length * piece / SlowPieces, (bytes.Length * (piece + 1) / SlowPieces) - (bytes.Length * piece / SlowPieces)), cancellationToken);
            await Task.Delay(SlowPause, cancellationToken);
        }
    }
}
