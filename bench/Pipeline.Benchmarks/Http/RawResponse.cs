namespace Pipeline.Benchmarks.Http;

/// <summary>An answer as it came off the socket.</summary>
/// <param name="StatusCode">The status.</param>
/// <param name="KeepsAlive">True if the connection can take another request.</param>
/// <param name="Body">The body, undecoded if it is chunked; valid until the connection receives again.</param>
public readonly record struct RawResponse(int StatusCode, bool KeepsAlive, ReadOnlyMemory<byte> Body);
