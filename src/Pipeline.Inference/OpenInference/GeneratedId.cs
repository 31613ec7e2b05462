using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Pipeline.Inference.OpenInference;

/// <summary>
/// Ids for requests without one: clients made from KServe's data model want one in every answer. A random UUID would cost a call into the kernel; these are UUIDs of
/// version 8 out of random bytes drawn once a process, and a counter.
/// </summary>
internal static class GeneratedId
{
    /// <summary>Bytes of a UUID's text.</summary>
    public const int Length = 36;

    private const int CounterBytes = 6;

    private static readonly byte[] Start = StartOfProcess();

    private static long _count;

    public static void Write(Span<byte> destination)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, Interlocked.Increment(ref _count));
        Start.CopyTo(destination);
        Convert.TryToHexStringLower(counter[^CounterBytes..], destination[Start.Length..], out _);
    }

    // xxxxxxxx-xxxx-8xxx-8xxx-, and the counter's twelve digits to follow.
    private static byte[] StartOfProcess()
    {
        var hex = RandomNumberGenerator.GetHexString(18, lowercase: true);
        return System.Text.Encoding.ASCII.GetBytes($"{hex[..8]}-{hex[8..12]}-8{hex[12..15]}-8{hex[15..18]}-");
    }
}
