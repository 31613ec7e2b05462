using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Scoring;

/// <summary>Reads bodies within their limits: bytes as sent (the server's own limit), bytes decompressed, bytes of all bodies, and time. Thread-safe.</summary>
internal sealed class BodyReader(InferenceOptions options)
{
    private const int FirstBuffer = 1_024;

    // What a decompressor is asked for at least: it gives up to 8 KB at a time.
    private const int FirstDecompressed = 16 << 10;

    private readonly BodyBudget _budget = new(options.MaxBufferedBytes);

    /// <summary>Shows a body that has come whole, with its header as a rule, and needs no decompressing. The caller says when it is done with it, by advancing the reader.</summary>
    /// <exception cref="BadHttpRequestException">Longer than allowed; it holds the status code.</exception>
    public static bool TryPeek(HttpRequest request, out ReadOnlySequence<byte> body)
    {
        if (request.Headers.ContentEncoding.Count == 0 && request.BodyReader.TryRead(out var result))
        {
            body = result.Buffer;
            if (result.IsCompleted && body.IsSingleSegment)
            {
                return true;
            }

            // Nothing is taken: it is there again at the next look.
            request.BodyReader.AdvanceTo(body.Start);
        }

        body = default;
        return false;
    }

    /// <summary>Reads a whole body, decompressed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="left">The body must have come by then.</param>
    /// <exception cref="BodyRefusedException">Too late, too large decompressed, broken, or more than there is memory for.</exception>
    /// <exception cref="BadHttpRequestException">Longer than allowed, sent too slowly, or cut off; it holds the status code.</exception>
    public ValueTask<RequestBody> ReadAsync(HttpRequest request, TimeSpan left) => ContentCoding.Of(request.Headers.ContentEncoding) is { } coding
        ? ReadCompressedAsync(request, coding, left)
        : ReadPlainAsync(request, left);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The timer is disposed in the end, if there is one.")]
    private async ValueTask<RequestBody> ReadPlainAsync(HttpRequest request, TimeSpan left)
    {
        var reader = request.BodyReader;
        var buffer = BodyBuffer.Rent(FirstBuffer);
        var length = 0;
        CancellationTokenSource? late = null;
        try
        {
            while (true)
            {
                // A small body mostly came with its header: only who waits needs a clock.
                if (!reader.TryRead(out var result))
                {
                    late ??= Timer(left);
                    result = await reader.ReadAsync(late.Token);
                }

                try
                {
                    buffer = Append(buffer, ref length, result.Buffer);
                }
                finally
                {
                    // Also of a body that is refused: what is left of it can only then be skipped, and its sender hear why.
                    reader.AdvanceTo(result.Buffer.End);
                }

                if (result.IsCompleted)
                {
                    return new RequestBody(buffer, length, _budget);
                }
            }
        }
        catch (OperationCanceledException) when (late?.IsCancellationRequested == true)
        {
            Free(buffer);
            throw Late();
        }
        catch (IOException e) when (e is not (BadHttpRequestException or ConnectionResetException))
        {
            // The server's answer to a chunk whose size is larger than any number.
            Free(buffer);
            throw new BodyRefusedException(StatusCodes.Status400BadRequest, "The body's chunks are broken.");
        }
        catch
        {
            Free(buffer);
            throw;
        }
        finally
        {
            late?.Dispose();
        }
    }

    // Straight from the connection and only as far as the limit goes: of a bomb neither the whole is read nor the whole is made.
    private async ValueTask<RequestBody> ReadCompressedAsync(HttpRequest request, string coding, TimeSpan left)
    {
        await using var stream = ContentCoding.Decompress(request.Body, coding);
        using var late = Timer(left);
        var buffer = BodyBuffer.Rent(FirstDecompressed);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length, length + 1);
                }

                var count = await stream.ReadAsync(buffer.AsMemory(length), late.Token);
                if (count == 0)
                {
                    return new RequestBody(buffer, length, _budget);
                }

                length += count;
                if (length > options.MaxDecompressedBytes)
                {
                    throw new BodyRefusedException(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body may have at most {options.MaxDecompressedBytes} bytes decompressed."));
                }
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            Free(buffer);
            throw Late();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            Free(buffer);
            throw new BodyRefusedException(StatusCodes.Status400BadRequest, $"The body cannot be decompressed: it is no {coding} stream, or a damaged or cut one.");
        }
        catch (IOException e) when (e is not (BadHttpRequestException or ConnectionResetException))
        {
            // The server's answer to a chunk whose size is larger than any number.
            Free(buffer);
            throw new BodyRefusedException(StatusCodes.Status400BadRequest, "The body's chunks are broken.");
        }
        catch
        {
            Free(buffer);
            throw;
        }
    }

    private static CancellationTokenSource Timer(TimeSpan left) => new(left > TimeSpan.Zero ? left : TimeSpan.Zero);

    private BodyRefusedException Late() =>
        new(StatusCodes.Status408RequestTimeout, string.Create(CultureInfo.InvariantCulture, $"The body has not come within {options.Deadline.TotalSeconds} s."));

    private byte[] Append(byte[] buffer, ref int length, ReadOnlySequence<byte> bytes)
    {
        var needed = checked(length + (int)bytes.Length);
        if (needed > buffer.Length)
        {
            buffer = Grow(buffer, length, needed);
        }

        bytes.CopyTo(buffer.AsSpan(length));
        length = needed;
        return buffer;
    }

    private byte[] Grow(byte[] buffer, int length, int needed)
    {
        var larger = BodyBuffer.Rent(Math.Max(needed, buffer.Length * 2));
        if (!_budget.TryTake(larger.Length))
        {
            BodyBuffer.Return(larger);
            throw new BodyRefusedException(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"The bodies that are being read take {options.MaxBufferedBytes} bytes, as many as this service keeps at once."));
        }

        buffer.AsSpan(0, length).CopyTo(larger);
        Free(buffer);
        return larger;
    }

    private void Free(byte[] buffer)
    {
        _budget.Return(buffer.Length);
        BodyBuffer.Return(buffer);
    }
}
