using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pipeline.Engine;

/// <summary>
/// Outputs of stages, each under <c>&lt;root&gt;/store/&lt;stage&gt;/&lt;key&gt;/</c>. An output is written to a temporary folder, flushed and renamed, so that a run killed at any
/// instant leaves either the whole output or none. It counts as a hit only if every file re-hashes right. Safe for several processes at once: a stage of a model is run by one at a time, and
/// what a living process has made or restored is not pruned.
/// </summary>
public sealed partial class RunStore
{
    private const string RecordFile = "record.json";
    internal const string OutputFolder = "output";

    // An output that another one is about to take the place of: there is no moment at which neither can be found again.
    private const string ReplacedSuffix = ".replaced";

    // 128 bits of the key: paths that people copy need not be longer.
    private const int FolderNameLength = 32;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _storeRoot;
    private readonly string _temporaryRoot;
    private readonly string _lockRoot;
    private readonly TimeProvider _clock;

    /// <param name="root">The artifacts folder; made if absent.</param>
    /// <param name="clock">For the records' times.</param>
    public RunStore(string root, TimeProvider clock)
    {
        _storeRoot = Path.Combine(root, "store");
        _temporaryRoot = Path.Combine(root, "tmp");
        _lockRoot = Path.Combine(root, "locks");
        _clock = clock;
        Directory.CreateDirectory(_storeRoot);
        Directory.CreateDirectory(_temporaryRoot);
        Directory.CreateDirectory(_lockRoot);
        RemoveLeftovers();
        PutBackReplaced();
    }

    /// <summary>The folder of the output, if it is there and unharmed.</summary>
    /// <param name="key">What to look for.</param>
    /// <param name="fault">Why an output that exists does not count; null if there is none.</param>
    public string? Find(StageKey key, out string? fault)
    {
        var entry = EntryPath(key);
        fault = null;
        if (!Directory.Exists(entry))
        {
            fault = File.Exists(entry) ? "there is a file in its place" : null;
            return null;
        }

        fault = FaultOf(entry);
        if (fault is not null && !Directory.Exists(entry))
        {
            // Pruned or replaced meanwhile, which is no harm.
            fault = null;
            return null;
        }

        return fault is null ? Path.Combine(entry, OutputFolder) : null;
    }

    /// <summary>The record of a stage's output for a model that was made or restored last, whatever its key; null if there is none. For telling what changed since.</summary>
    public StoreRecord? FindNewest(string stage, string model) =>
        EntryFolders(stage)
            .Select(entry => new { Record = TryReadRecord(entry), Entry = entry })
            .Where(found => found.Record?.Key.Model == model)
            .MaxBy(found => LastUsed(found.Entry, found.Record))?
            .Record;

    /// <summary>The folders of a stage's outputs, of every model, whole or harmed: who reads one checks it.</summary>
    public IEnumerable<string> Outputs(string stage) => EntryFolders(stage).Select(entry => Path.Combine(entry, OutputFolder));

    /// <summary>Restores the output, or makes it. Of several processes that want the same key one makes it and the others wait and restore.</summary>
    /// <param name="key">The inputs.</param>
    /// <param name="write">Writes the output's files into the folder it is given.</param>
    /// <param name="cancellationToken">Cancelled: nothing is kept.</param>
    /// <param name="isForced">True to make it even if it is stored. One of the same bytes stays where it is; any other is replaced.</param>
    /// <param name="onHarmed">Is told why an output that exists does not count, before it is made anew.</param>
    /// <returns>The output's folder, and whether it was restored. As long as this process lives it is not pruned.</returns>
    public async Task<(string Directory, bool Restored)> GetOrMakeAsync(
        StageKey key, Func<string, CancellationToken, Task> write, CancellationToken cancellationToken, bool isForced = false, Action<string>? onHarmed = null)
    {
        if (!isForced && Restore(key, out _) is { } found)
        {
            return (found, true);
        }

        using var held = await LockAsync(key, cancellationToken);
        await WaitForPruningAsync(EntryPath(key), cancellationToken);
        PutBack(EntryPath(key));
        string? fault = null;
        if (!isForced && Restore(key, out fault) is { } foundMeanwhile)
        {
            return (foundMeanwhile, true);
        }

        if (fault is not null)
        {
            onHarmed?.Invoke(fault);
        }

        using var scratch = CreateScratch();
        var entry = Path.Combine(scratch.Path, "entry");
        var output = Directory.CreateDirectory(Path.Combine(entry, OutputFolder)).FullName;
        var start = _clock.GetTimestamp();
        await write(output, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var record = new StoreRecord(key, HashFiles(output), _clock.GetUtcNow(), _clock.GetElapsedTime(start).TotalSeconds);
        if (isForced && HasSameFiles(key, record) && Restore(key, out _) is { } same)
        {
            return (same, false);
        }

        await File.WriteAllBytesAsync(Path.Combine(entry, RecordFile), JsonSerializer.SerializeToUtf8Bytes(record, JsonOptions), cancellationToken);
        DurableFiles.FlushTree(entry);
        return (Publish(entry, EntryPath(key), scratch.Path), false);
    }

    /// <summary>
    /// Removes an output whose files are unharmed but that stands for something outside the store that is gone: an image no longer in the Docker engine, a digest no longer in
    /// the registry. Does nothing if there is none.
    /// </summary>
    public async Task DiscardAsync(StageKey key, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(key, cancellationToken);
        PutBack(EntryPath(key));
        if (Directory.Exists(EntryPath(key)))
        {
            using var scratch = CreateScratch();
            Directory.Move(EntryPath(key), Path.Combine(scratch.Path, "discarded"));
        }
    }

    /// <summary>A folder of one's own that is deleted on disposal, or by a later run if this one is killed.</summary>
    public ScratchDirectory CreateScratch() => ScratchDirectory.Create(_temporaryRoot);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "A use is kept.")]
    private string Publish(string entry, string destination, string scratch)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        if (File.Exists(destination))
        {
            File.Move(destination, Path.Combine(scratch, "in the way"));
        }

        // Before it can be found, so that nobody prunes it in between. Windows moves no folder of an open file.
        var use = OperatingSystem.IsWindows() ? null : OpenUse(entry);
        var replaced = destination + ReplacedSuffix;
        SetAside(destination, replaced);
        Directory.Move(entry, destination);
        DurableFiles.FlushDirectory(Path.GetDirectoryName(destination)!);
        KeepUse(destination, use ?? OpenUse(destination));
        if (Directory.Exists(replaced))
        {
            Directory.Move(replaced, Path.Combine(scratch, "replaced"));
        }

        return Path.Combine(destination, OutputFolder);
    }

    private void SetAside(string destination, string replaced)
    {
        EndUse(destination);
        try
        {
            if (Directory.Exists(destination))
            {
                Directory.Move(destination, replaced);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Pruned meanwhile.
        }
    }

    private bool HasSameFiles(StageKey key, StoreRecord made) =>
        Find(key, out _) is not null && TryReadRecord(EntryPath(key)) is { } stored && stored.Files.Count == made.Files.Count && stored.Files.All(file => made.Files.GetValueOrDefault(file.Key) == file.Value);

    /// <summary>An output whose replacement was killed takes its place again, or goes if that has been taken. The caller holds the stage's lock.</summary>
    private static void PutBack(string entry)
    {
        var replaced = entry + ReplacedSuffix;
        if (!Directory.Exists(replaced))
        {
            return;
        }

        if (Directory.Exists(entry))
        {
            Directory.Delete(replaced, recursive: true);
        }
        else
        {
            Directory.Move(replaced, entry);
        }
    }

    private void PutBackReplaced()
    {
        foreach (var replaced in Directory.EnumerateDirectories(_storeRoot).SelectMany(stage => Directory.EnumerateDirectories(stage, "*" + ReplacedSuffix)).ToList())
        {
            using var held = TryReadRecord(replaced) is { } record ? FileLock.TryAcquire(LockPath(record.Key)) : null;
            if (held is not null)
            {
                PutBack(replaced[..^ReplacedSuffix.Length]);
            }
        }
    }

    private IEnumerable<string> EntryFolders(string stage)
    {
        var folder = Path.Combine(_storeRoot, stage);
        return Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Where(entry => !entry.EndsWith(ReplacedSuffix, StringComparison.Ordinal)) : [];
    }

    private static Dictionary<string, string> HashFiles(string output) =>
        Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories)
            .OrderBy(path => path, StringComparer.Ordinal)
            .ToDictionary(path => Path.GetRelativePath(output, path).Replace('\\', '/'), HashFile, StringComparer.Ordinal);

    private static string HashFile(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static bool HasHash(string path, string hash)
    {
        try
        {
            return HashFile(path) == hash;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static StoreRecord? TryReadRecord(string entry)
    {
        try
        {
            var record = JsonSerializer.Deserialize<StoreRecord>(File.ReadAllBytes(Path.Combine(entry, RecordFile)), JsonOptions);
            // Harmed or edited JSON may leave out anything.
            return record is { Key: { Stage: not null, Model: not null, Parts: { } parts }, Files: { } files } && !parts.Values.Contains(null!) && !files.Values.Contains(null!) ? record : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="entry">Its folder.</param>
    /// <param name="hashes">False to find only what can be seen without reading the files.</param>
    private static string? FaultOf(string entry, bool hashes = true)
    {
        if (TryReadRecord(entry) is not { } record)
        {
            return "its record cannot be read";
        }

        if (record.Key.Hash[..FolderNameLength] != Path.GetFileName(entry))
        {
            return "its record is of other inputs";
        }

        var output = Path.Combine(entry, OutputFolder);
        if (!Directory.Exists(output))
        {
            return "its output folder is gone";
        }

        var faults = new List<string>();
        Parallel.ForEach(record.Files, file =>
        {
            var path = Path.Combine(output, file.Key);
            var fault = !File.Exists(path) ? $"{file.Key} is missing" : hashes && !HasHash(path, file.Value) ? $"{file.Key} has changed" : null;
            if (fault is not null)
            {
                lock (faults)
                {
                    faults.Add(fault);
                }
            }
        });
        return faults.Count > 0
            ? string.Join(", ", faults.Order(StringComparer.Ordinal).Take(3))
            : Directory.EnumerateFiles(output, "*", SearchOption.AllDirectories).Count() != record.Files.Count ? "it holds files that are not in its record" : null;
    }

    private Task<FileLock> LockAsync(StageKey key, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(LockPath(key), _clock, cancellationToken);

    private string LockPath(StageKey key) => Path.Combine(_lockRoot, $"{key.Stage}-{key.Model}.lock");

    private string EntryPath(StageKey key) => Path.Combine(_storeRoot, key.Stage, key.Hash[..FolderNameLength]);

    private void RemoveLeftovers()
    {
        foreach (var path in ScratchDirectory.All(_temporaryRoot))
        {
            ScratchDirectory.RemoveIfAbandoned(path);
        }
    }
}
