using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Engine;

/// <summary>A lock between processes on a file. The operating system lets it go when the process ends, however it ends. The file stays: removing it would let two processes hold "the" lock.</summary>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <summary>Waits until the lock is free and takes it.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Handed to the caller.")]
    public static async Task<FileLock> AcquireAsync(string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            if (TryAcquire(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(RetryInterval, clock, cancellationToken);
        }
    }

    /// <summary>Takes the lock if it is free.</summary>
    /// <returns>Null if another holds it.</returns>
    internal static FileLock? TryAcquire(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (MachineFault.IsHeld(e))
        {
            return null;
        }
    }

    public void Dispose() => _stream.Dispose();
}
