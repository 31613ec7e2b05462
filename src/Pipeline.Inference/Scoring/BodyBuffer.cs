using System.Buffers;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Buffers of bodies: from the shared pool up to 1 MiB, from the heap beyond. The pool keeps what it is given back for a long time: after a burst of large bodies, or of
/// compressed ones made to be large, the process would go on holding hundreds of megabytes.
/// </summary>
internal static class BodyBuffer
{
    private const int LargestPooled = 1 << 20;

    public static byte[] Rent(int length) => length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
