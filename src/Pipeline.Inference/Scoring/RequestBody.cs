namespace Pipeline.Inference.Scoring;

/// <summary>A request's whole body in one rented buffer.</summary>
internal readonly struct RequestBody(byte[] buffer, int length, BodyBudget budget) : IDisposable
{
    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public void Dispose()
    {
        budget.Return(buffer.Length);
        BodyBuffer.Return(buffer);
    }
}
