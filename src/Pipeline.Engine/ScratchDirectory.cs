using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pipeline.Engine;

/// <summary>
/// A temporary folder that belongs to a living process: it holds a lock file open, which the operating system lets go when the process ends, however it ends.
/// Another run may remove the folder then.
/// </summary>
public sealed class ScratchDirectory : IDisposable
{
    private const string LockName = ".owner";

    private readonly FileStream _owner;

    private ScratchDirectory(string path, FileStream owner)
    {
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _owner.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The scratch directory owns its lock.")]
    internal static ScratchDirectory Create(string root)
    {
        while (true)
        {
            // The lock file comes first and goes last, so that no folder is ever seen without its owner.
            var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
            var path = System.IO.Path.Combine(root, name);
            if (TryOwn(path + LockName) is { } owner)
            {
                Directory.CreateDirectory(path);
                return new ScratchDirectory(path, owner);
            }
        }
    }

    // A file is made and locked in two steps. Another run that looks for abandoned folders in between takes the lock, sees no folder and removes the file: then there is
    // none to be found, and the folder would look abandoned.
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Disposed or handed on.")]
    private static FileStream? TryOwn(string path)
    {
        FileStream owner;
        try
        {
            owner = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (MachineFault.IsHeld(e))
        {
            return null;
        }

        if (File.Exists(path))
        {
            return owner;
        }

        owner.Dispose();
        return null;
    }

    /// <summary>Every scratch folder below a root, also one of which only the lock file is left.</summary>
    internal static IReadOnlyList<string> All(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root).Select(path => path.EndsWith(LockName, StringComparison.Ordinal) ? path[..^LockName.Length] : path).Distinct()];

    /// <summary>Deletes the folder if its owner lives no more; does nothing if it does.</summary>
    internal static void RemoveIfAbandoned(string path)
    {
        // A lock file that has gone meanwhile must not be made again: its folder's maker might take it for its own.
        var isFolder = Directory.Exists(path);
        try
        {
            using var owner = new FileStream(path + LockName, isFolder ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (IOException)
        {
            // Held by its owner, or just removed by another run.
        }
    }
}
