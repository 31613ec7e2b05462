using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pipeline.Benchmarks.Http;

namespace Pipeline.Benchmarks.Load;

/// <summary>One connection of the load.</summary>
/// <param name="endpoint">The service.</param>
/// <param name="requests">What to send, in turn.</param>
/// <param name="first">Where to begin, so that connections don't send the same.</param>
/// <param name="interval">Time from one request to the next; zero to ask again at once.</param>
/// <param name="phase">When the first request is due.</param>
/// <param name="warmUp">Requests that are sent before that count for nothing: while a thousand connections are opened, the load is not yet what was asked for.</param>
internal sealed class LoadClient(IPEndPoint endpoint, IReadOnlyList<byte[]> requests, int first, TimeSpan interval, TimeSpan phase, TimeSpan warmUp)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Answers 200.</summary>
    public Latencies Ok { get; } = new();

    /// <summary>Answers 429.</summary>
    public Latencies Refused { get; } = new();

    /// <summary>Answers of any other status.</summary>
    public int Others { get; private set; }

    /// <summary>Connections that broke.</summary>
    public int Failures { get; private set; }

    /// <summary>Requests that were not sent because the answer before was still out when they were due.</summary>
    public int Late { get; private set; }

    private bool IsWarm => Stopwatch.GetElapsedTime(_start) >= warmUp;

    public async Task RunAsync(CancellationToken end)
    {
        var next = first;
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var connection = await RawConnection.OpenAsync(endpoint, end);
                var due = phase;
                while (!end.IsCancellationRequested)
                {
                    due = await WaitUntilAsync(due, end);
                    await AskAsync(connection, requests[next], end);
                    next = (next + 1) % requests.Count;
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                Failures++;
            }
        }
    }

    // Returns when the request after this one is due.
    private async ValueTask<TimeSpan> WaitUntilAsync(TimeSpan due, CancellationToken end)
    {
        if (interval == TimeSpan.Zero)
        {
            return due;
        }

        var wait = due - Stopwatch.GetElapsedTime(_start);
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            await Task.Delay(wait, end);
        }
        else if (wait < -interval)
        {
            var missed = (int)(-wait / interval);
            Late += IsWarm ? missed : 0;
            due += interval * missed;
        }

        return due + interval;
    }

    private async ValueTask AskAsync(RawConnection connection, byte[] request, CancellationToken end)
    {
        var (sent, isWarm) = (Stopwatch.GetTimestamp(), IsWarm);
        await connection.SendAsync(request, end);
        switch ((await connection.ReceiveAsync(end))?.StatusCode)
        {
            case not null when !isWarm:
                break;
            case 200:
                Ok.AddSince(sent);
                break;
            case 429:
                Refused.AddSince(sent);
                break;
            case null:
                throw new SocketException((int)SocketError.ConnectionReset);
            default:
                Others++;
                break;
        }
    }
}
