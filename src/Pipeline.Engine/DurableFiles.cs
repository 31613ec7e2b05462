using Microsoft.Win32.SafeHandles;

namespace Pipeline.Engine;

/// <summary>Writes that survive a power cut: content flushed before the name appears, and the folder that holds the name flushed after.</summary>
public static class DurableFiles
{
    /// <summary>Writes a new file under a temporary name and renames it; refuses to replace one.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="temporaryDirectory">On the same volume; where a killed run leaves its remains.</param>
    /// <exception cref="IOException">The file exists, or the disk is full; nothing is left under <paramref name="path"/> then.</exception>
    public static void WriteNew(string path, byte[] bytes, string temporaryDirectory) =>
        Put(path, bytes, Path.Combine(temporaryDirectory, Guid.NewGuid().ToString("N")), overwrite: false);

    /// <summary>Writes a file under a temporary name beside it and renames it into the place of the one before, if there is one.</summary>
    /// <exception cref="IOException">The disk is full, or the folder is not there; the file before is as it was then.</exception>
    public static void Replace(string path, byte[] bytes) => Put(path, bytes, $"{path}.{Guid.NewGuid():N}.tmp", overwrite: true);

    internal static void FlushTree(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Flush(handle);
        }

        foreach (var path in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Append(directory))
        {
            FlushDirectory(path);
        }
    }

    internal static void FlushDirectory(string path)
    {
        // Windows neither lets a folder be opened this way nor needs it.
        if (!OperatingSystem.IsWindows())
        {
            DirectoryFlush.Flush(path);
        }
    }

    private static void Put(string path, byte[] bytes, string temporary, bool overwrite)
    {
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }

        FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static void Flush(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(handle);
        }
    }
}
