using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Engine;

/// <content>
/// Which outputs are in use, since when they are not, and removing them. Each entry has a file <c>used</c>: its time is when the output was last made or restored, and a process that uses the
/// output holds it open until it ends, however it ends.
/// </content>
public sealed partial class RunStore
{
    private const string UsedFile = "used";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, FileStream> _uses = new(StringComparer.Ordinal);

    /// <summary>Held by who prunes, so that two do not both count what the other removes.</summary>
    public Task<FileLock> LockPruningAsync(CancellationToken cancellationToken) => FileLock.AcquireAsync(Path.Combine(_lockRoot, "prune.lock"), _clock, cancellationToken);

    /// <summary>Keeps an output that was found other than by its key from being pruned as long as this process lives.</summary>
    /// <param name="output">The output's folder.</param>
    public void Use(string output) => TryUse(Path.GetDirectoryName(output)!);

    /// <summary>Every output of every stage, in no order; what is harmed beyond being restored has no record. Contents are not read.</summary>
    public IReadOnlyList<StoreEntry> Entries() =>
        [.. Directory.EnumerateDirectories(_storeRoot).SelectMany(stage => Directory.EnumerateDirectories(stage).Select(entry => TryDescribe(Path.GetFileName(stage), entry))).OfType<StoreEntry>()];

    /// <summary>True if a living process has made or restored the output.</summary>
    public static bool IsInUse(StoreEntry entry)
    {
        using var pruning = TryOwn(entry.Directory, FileMode.Open);
        return pruning is null && File.Exists(Path.Combine(entry.Directory, UsedFile));
    }

    /// <summary>Removes an output. Killed at any instant, it leaves the whole of it or nothing of it in the store.</summary>
    /// <returns>False if it is in use, has been used since it was found, or is gone.</returns>
    public bool TryRemove(StoreEntry entry)
    {
        using var pruning = TryOwn(entry.Directory, FileMode.OpenOrCreate, out var isNew);
        if (pruning is null || (!isNew && LastUsed(entry.Directory, entry.Record) != entry.LastUsed))
        {
            return false;
        }

        if (OperatingSystem.IsWindows())
        {
            // Which moves no folder of an open file.
            pruning.Dispose();
        }

        using var scratch = CreateScratch();
        try
        {
            Directory.Move(entry.Directory, Path.Combine(scratch.Path, "pruned"));
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The output of the key, if it counts; from then on in use.</summary>
    private string? Restore(StageKey key, out string? fault)
    {
        fault = null;
        var entry = EntryPath(key);
        // First in use, then looked at: what is whole then stays so.
        if (!Directory.Exists(entry) || !TryUse(entry))
        {
            return null;
        }

        if (Find(key, out fault) is { } output)
        {
            return output;
        }

        EndUse(entry);
        return null;
    }

    /// <returns>False if it is gone or just being removed.</returns>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "A use is kept.")]
    private bool TryUse(string entry)
    {
        try
        {
            // Anew even if there is a use already: another process may have replaced what that one was of.
            KeepUse(entry, OpenUse(entry));
        }
        catch (IOException)
        {
            return false;
        }

        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(entry, UsedFile), _clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A store that may only be read from is pruned by who may write to it.
        }

        return true;
    }

    /// <returns>Null where this user may not write.</returns>
    private static FileStream? OpenUse(string entry)
    {
        try
        {
            return new FileStream(Path.Combine(entry, UsedFile), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException) && !MachineFault.IsHeld(e))
        {
            // A file system that is mounted to be read only.
            return null;
        }
    }

    private void KeepUse(string entry, FileStream? use)
    {
        EndUse(entry);
        if (use is not null)
        {
            _uses[entry] = use;
        }
    }

    private void EndUse(string entry)
    {
        if (_uses.TryRemove(entry, out var use))
        {
            use.Dispose();
        }
    }

    /// <summary>As the end of the process would: nothing is in use by it any more.</summary>
    internal void LetGo()
    {
        foreach (var entry in _uses.Keys)
        {
            EndUse(entry);
        }
    }

    private async Task WaitForPruningAsync(string entry, CancellationToken cancellationToken)
    {
        // Who removes it has it for as long as a rename takes.
        while (Directory.Exists(entry) && IsBeingRemoved(entry))
        {
            await Task.Delay(RetryInterval, _clock, cancellationToken);
        }
    }

    private static bool IsBeingRemoved(string entry)
    {
        try
        {
            OpenUse(entry)?.Dispose();
            return false;
        }
        catch (IOException e)
        {
            return MachineFault.IsHeld(e);
        }
    }

    private static FileStream? TryOwn(string entry, FileMode mode) => TryOwn(entry, mode, out _);

    private static FileStream? TryOwn(string entry, FileMode mode, out bool isNew)
    {
        var path = Path.Combine(entry, UsedFile);
        isNew = !File.Exists(path);
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static DateTimeOffset LastUsed(string entry, StoreRecord? record)
    {
        var used = new FileInfo(Path.Combine(entry, UsedFile));
        return used.Exists ? used.LastWriteTimeUtc : record?.CreatedAt ?? new DirectoryInfo(entry).LastWriteTimeUtc;
    }

    private static StoreEntry? TryDescribe(string stage, string entry)
    {
        try
        {
            // Of an output that is being replaced its own stage takes care.
            var isReplaced = entry.EndsWith(ReplacedSuffix, StringComparison.Ordinal);
            var record = TryReadRecord(entry);
            return isReplaced && record is not null
                ? null
                : new StoreEntry(
                    entry,
                    stage,
                    FaultOf(entry, hashes: false) is null ? record : null,
                    new DataSize(new DirectoryInfo(entry).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)),
                    LastUsed(entry, record));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone meanwhile.
            return null;
        }
    }
}
