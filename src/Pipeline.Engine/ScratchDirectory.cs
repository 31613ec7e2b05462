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

    internal static ScratchDirectory Create(string root)
    {
        // The lock file comes first and goes last, so that no folder is ever seen without its owner.
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid():N}");
        var path = System.IO.Path.Combine(root, name);
        var owner = new FileStream(path + LockName, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        Directory.CreateDirectory(path);
        return new ScratchDirectory(path, owner);
    }

    /// <summary>Every scratch folder below a root, also one of which only the lock file is left.</summary>
    internal static IReadOnlyList<string> All(string root) =>
        [.. Directory.EnumerateFileSystemEntries(root).Select(path => path.EndsWith(LockName, StringComparison.Ordinal) ? path[..^LockName.Length] : path).Distinct()];

    /// <summary>Deletes the folder if its owner lives no more; does nothing if it does.</summary>
    internal static void RemoveIfAbandoned(string path)
    {
        try
        {
            using var owner = new FileStream(path + LockName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
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
