namespace Pipeline.Delivery.SmokeTests;

/// <summary>A running service under test: a container or a process. Disposal leaves nothing running, whatever happened.</summary>
internal interface ISmokeTarget : IAsyncDisposable
{
    /// <summary>Where it listens; null as long as that is not known.</summary>
    Task<Uri?> TryGetAddressAsync(CancellationToken cancellationToken);

    /// <summary>True if it has ended by itself.</summary>
    Task<bool> HasExitedAsync(CancellationToken cancellationToken);

    /// <summary>Sends SIGTERM.</summary>
    /// <returns>The exit code; null if it did not end in time.</returns>
    Task<int?> TerminateAsync(TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>The end of what it printed.</summary>
    Task<string> LogTailAsync(CancellationToken cancellationToken);
}
