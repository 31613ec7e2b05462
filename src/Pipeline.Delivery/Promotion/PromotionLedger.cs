using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>
/// The promotion records of one model, <c>stages/&lt;stage&gt;/NNNN.json</c> below its folder. Records are only ever added; each names the SHA-256 of the one before it in its stage.
/// </summary>
public sealed partial class PromotionLedger
{
    private readonly string _stagesDirectory;
    private readonly string _lockPath;
    private readonly string _model;
    private readonly RunStore _store;
    private readonly TimeProvider _clock;

    /// <param name="modelDirectory">The model's folder.</param>
    /// <param name="artifactsDirectory">Where the lock lies: not below the model's folder, which git watches.</param>
    /// <param name="store">For temporary files.</param>
    /// <param name="clock">For waiting.</param>
    public PromotionLedger(string modelDirectory, string artifactsDirectory, RunStore store, TimeProvider clock)
    {
        _model = Path.GetFileName(modelDirectory);
        _stagesDirectory = Path.Combine(modelDirectory, "stages");
        _lockPath = Path.Combine(artifactsDirectory, "locks", $"promotion-{Path.GetFileName(modelDirectory)}.lock");
        _store = store;
        _clock = clock;
    }

    /// <summary>Held while records are read and added, so that two runs do not both add the next one.</summary>
    public Task<FileLock> LockAsync(CancellationToken cancellationToken) => FileLock.AcquireAsync(_lockPath, _clock, cancellationToken);

    /// <summary>The newest promotion of a stage, or null, after the stage's whole chain has been checked.</summary>
    /// <exception cref="PipelineException">A record is missing, cannot be read, or does not fit the one before it.</exception>
    public PromotionRecord? Current(string stage) => Records(stage).OfType<PromotionRecord>().LastOrDefault();

    /// <summary>Every record of a stage, in order, after its chain has been checked.</summary>
    /// <exception cref="PipelineException">A record is missing, cannot be read, or does not fit the one before it.</exception>
    public IReadOnlyList<StageRecord> Records(string stage) => Checked(stage);

    /// <summary>Every promotion of every stage, also of stages that are no longer defined; the newest first.</summary>
    /// <exception cref="PipelineException">A record is missing, cannot be read, or does not fit the one before it.</exception>
    public IReadOnlyList<PromotionRecord> History() => [.. Stages().SelectMany(Checked).OfType<PromotionRecord>().OrderByDescending(record => record.Statement.Predicate.PromotedAt)];

    /// <summary>The stages that have records, also those that are no longer defined, by name.</summary>
    public IEnumerable<string> Stages() =>
        Directory.Exists(_stagesDirectory) ? Directory.EnumerateDirectories(_stagesDirectory).Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path)) : [];

    /// <summary>A stage's records as far as they can be read, and every fault of its chain; none if it verifies.</summary>
    public (IReadOnlyList<StageRecord> Records, IReadOnlyList<string> Faults) Read(string stage) => ReadChain(stage);

    /// <summary>Every fault in every stage's chain; empty if all verify. Signatures and policies are not looked at.</summary>
    public IReadOnlyList<string> Verify() => [.. Stages().SelectMany(stage => ReadChain(stage).Faults)];

    /// <summary>What the stage's next record must say of its place.</summary>
    public (int Sequence, string? Previous) Next(string stage) => Records(stage) is [.., var last] ? (last.Header.Sequence + 1, last.FileDigest.Hex) : (1, null);

    /// <summary>Adds a promotion after the stage's newest record, not signed. The caller holds the lock.</summary>
    /// <exception cref="PipelineException">By its date it would be older than the promotion before it.</exception>
    public PromotionRecord Append(PromotionPredicate predicate, IReadOnlyList<ResourceDescriptor> subjects)
    {
        if (Current(predicate.Stage) is { } current)
        {
            CheckIsAfter(current, predicate.PromotedAt);
        }

        var (sequence, previous) = Next(predicate.Stage);
        return (PromotionRecord)Add(predicate.Stage, sequence, PackageJson.Serialize(Statements.Of(subjects, predicate with { Sequence = sequence, Previous = previous })));
    }

    /// <summary>Refuses to record what by its date would be older than what it follows on: clocks differ, and Verify would take it for forged.</summary>
    internal static void CheckIsAfter(PromotionRecord earlier, DateTimeOffset now)
    {
        if (now < earlier.Statement.Predicate.PromotedAt)
        {
            throw new PipelineException(
                ExitCode.ToolError,
                string.Create(CultureInfo.InvariantCulture, $"By this machine's clock it is {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, and {earlier.Descriptor.Name} is of {earlier.Statement.Predicate.PromotedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. Set the clock that is wrong and run again; nothing was promoted."));
        }
    }

    /// <summary>Adds a record whose bytes have been made, and signed perhaps. The caller holds the lock.</summary>
    /// <exception cref="PipelineException">Another record has taken its place meanwhile.</exception>
    public StageRecord Add(string stage, int sequence, byte[] bytes)
    {
        if (Next(stage).Sequence != sequence)
        {
            throw new PipelineException(ExitCode.ToolError, $"Another record of {stage} was added meanwhile. Look at it (./build.sh History --stage {stage}) and run again; nothing was recorded.");
        }

        var path = Path.Combine(_stagesDirectory, stage, FileName(sequence));
        var record = Readable(bytes, path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var scratch = _store.CreateScratch();
        DurableFiles.WriteNew(path, bytes, scratch.Path);
        return record;
    }

    private static StageRecord Readable(byte[] bytes, string path)
    {
        try
        {
            return StageRecordReader.Read(bytes, path);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"A record that nobody could read would be made: {e.Message} Nothing was recorded.", e);
        }
    }

    private List<StageRecord> Checked(string stage)
    {
        var (records, faults) = ReadChain(stage);
        return faults.Count == 0
            ? records
            : throw new PipelineException(
                ExitCode.ToolError,
                $"The records of stage '{stage}' do not verify:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Select(fault => "  " + fault))}{Environment.NewLine}Restore them from version control (git checkout -- {_stagesDirectory}); nothing was promoted.");
    }

    private (List<StageRecord> Records, List<string> Faults) ReadChain(string stage)
    {
        var directory = Path.Combine(_stagesDirectory, stage);
        var records = new List<StageRecord>();
        var faults = new List<string>();
        if (!Directory.Exists(directory))
        {
            return (records, faults);
        }

        // What lies behind a link, git does not watch.
        if (new DirectoryInfo(directory).LinkTarget is not null || new DirectoryInfo(_stagesDirectory).LinkTarget is not null)
        {
            return (records, [$"{directory}: it is a link; records lie in the folder itself"]);
        }

        var paths = Directory.EnumerateFileSystemEntries(directory).Where(path => RecordName().IsMatch(Path.GetFileName(path))).OrderBy(path => Path.GetFileName(path).Length).ThenBy(path => path, StringComparer.Ordinal).ToList();
        for (var i = 0; i < paths.Count; i++)
        {
            var record = TryRead(paths[i], faults);
            if (record is null)
            {
                return (records, faults);
            }

            faults.AddRange(FaultsOf(record, stage, i + 1, records.LastOrDefault()).Select(fault => $"{paths[i]}: {fault}"));
            records.Add(record);
        }

        return (records, faults);
    }

    private static StageRecord? TryRead(string path, List<string> faults)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? StageRecordReader.Read(File.ReadAllBytes(path), path) : throw new InvalidDataException("it is a link; records are files");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: {e.Message}");
            return null;
        }
    }

    private static string FileName(int sequence) => sequence.ToString("0000", CultureInfo.InvariantCulture) + ".json";

    private IEnumerable<string> FaultsOf(StageRecord record, string stage, int expectedSequence, StageRecord? previous)
    {
        var predicate = record.Header;
        if (predicate.Stage != stage)
        {
            yield return $"it is a record of stage '{predicate.Stage}'";
        }

        if (predicate.Model != _model)
        {
            yield return $"it is a record of the model '{predicate.Model}'";
        }

        var fileName = FileName(expectedSequence);
        if (predicate.Sequence != expectedSequence || Path.GetFileName(record.Path) != fileName)
        {
            yield return $"expected record {fileName} here: one is missing or was renamed (it says number {predicate.Sequence})";
        }

        if (predicate.Previous != previous?.FileDigest.Hex)
        {
            yield return $"it follows the record {predicate.Previous?[..Math.Min(12, predicate.Previous.Length)] ?? "(none)"}, but the record before it is {previous?.FileDigest.Abbreviated ?? "(none)"}: one of them was changed";
        }
    }

    [GeneratedRegex(@"^\d{4,}\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex RecordName();
}
