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
    private readonly RunStore _store;
    private readonly TimeProvider _clock;

    /// <param name="modelDirectory">The model's folder.</param>
    /// <param name="artifactsDirectory">Where the lock lies: not below the model's folder, which git watches.</param>
    /// <param name="store">For temporary files.</param>
    /// <param name="clock">For waiting.</param>
    public PromotionLedger(string modelDirectory, string artifactsDirectory, RunStore store, TimeProvider clock)
    {
        _stagesDirectory = Path.Combine(modelDirectory, "stages");
        _lockPath = Path.Combine(artifactsDirectory, "locks", $"promotion-{Path.GetFileName(modelDirectory)}.lock");
        _store = store;
        _clock = clock;
    }

    /// <summary>Held while records are read and added, so that two runs do not both add the next one.</summary>
    public Task<FileLock> LockAsync(CancellationToken cancellationToken) => FileLock.AcquireAsync(_lockPath, _clock, cancellationToken);

    /// <summary>The newest record of a stage, or null, after the stage's whole chain has been checked.</summary>
    /// <exception cref="PipelineException">A record is missing, cannot be read, or does not fit the one before it.</exception>
    public PromotionRecord? Current(string stage) => Checked(stage).LastOrDefault();

    /// <summary>Every record of every stage, also of stages that are no longer defined; the newest first.</summary>
    /// <exception cref="PipelineException">A record is missing, cannot be read, or does not fit the one before it.</exception>
    public IReadOnlyList<PromotionRecord> History() => [.. Stages().SelectMany(Checked).OrderByDescending(record => record.Statement.Predicate.PromotedAt)];

    /// <summary>Every fault in every stage's records; empty if all verify.</summary>
    public IReadOnlyList<string> Verify() => [.. Stages().SelectMany(stage => ReadChain(stage).Faults)];

    /// <summary>Adds a record after the stage's newest. The caller holds the lock.</summary>
    public PromotionRecord Append(PromotionPredicate predicate, IReadOnlyList<ResourceDescriptor> subjects)
    {
        var previous = Current(predicate.Stage);
        var sequence = (previous?.Statement.Predicate.Sequence ?? 0) + 1;
        var statement = new PromotionStatement(
            PromotionStatement.StatementType,
            subjects,
            PromotionStatement.PromotionType,
            predicate with { Sequence = sequence, Previous = previous?.FileDigest.Hex });
        var bytes = PackageJson.Serialize(statement);
        var path = Path.Combine(_stagesDirectory, predicate.Stage, sequence.ToString("0000", CultureInfo.InvariantCulture) + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var scratch = _store.CreateScratch();
        DurableFiles.WriteNew(path, bytes, scratch.Path);
        return new PromotionRecord(path, Digest.Of(bytes), statement);
    }

    private IEnumerable<string> Stages() =>
        Directory.Exists(_stagesDirectory) ? Directory.EnumerateDirectories(_stagesDirectory).Order(StringComparer.Ordinal).Select(path => Path.GetFileName(path)) : [];

    private List<PromotionRecord> Checked(string stage)
    {
        var (records, faults) = ReadChain(stage);
        return faults.Count == 0
            ? records
            : throw new PipelineException(
                ExitCode.ToolError,
                $"The records of stage '{stage}' do not verify:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Select(fault => "  " + fault))}{Environment.NewLine}Restore them from version control (git checkout -- {_stagesDirectory}); nothing was promoted.");
    }

    private (List<PromotionRecord> Records, List<string> Faults) ReadChain(string stage)
    {
        var directory = Path.Combine(_stagesDirectory, stage);
        var records = new List<PromotionRecord>();
        var faults = new List<string>();
        if (!Directory.Exists(directory))
        {
            return (records, faults);
        }

        var paths = Directory.EnumerateFiles(directory).Where(path => RecordName().IsMatch(Path.GetFileName(path))).Order(StringComparer.Ordinal).ToList();
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

    private static PromotionRecord? TryRead(string path, List<string> faults)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var statement = PackageJson.Deserialize<PromotionStatement>(bytes, path);
            if (FaultOf(statement) is { } fault)
            {
                faults.Add($"{path}: {fault}");
                return null;
            }

            return new PromotionRecord(path, Digest.Of(bytes), statement);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: {e.Message}");
            return null;
        }
    }

    /// <summary>What would keep others from reading the statement; null if nothing does.</summary>
    private static string? FaultOf(PromotionStatement statement) =>
        statement.Subject is not { Count: > 0 } || statement.Predicate is null || statement.Subject.Any(s => !IsHex(s.Digest.GetValueOrDefault("sha256"))) ? "it has no subject with a SHA-256, or no predicate"
        : !IsHex(statement.Predicate.ModelDigest) ? $"its model's digest '{statement.Predicate.ModelDigest}' is not a SHA-256"
        : statement.Subject.Skip(1).FirstOrDefault(image => image.Name.Split('/', 2) is not [{ Length: > 0 }, { Length: > 0 }]) is { } image ? $"its image '{image.Name}' is not registry/repository"
        : null;

    private static bool IsHex(string? digits) => Digest.TryParse("sha256:" + digits, out _);

    private static IEnumerable<string> FaultsOf(PromotionRecord record, string stage, int expectedSequence, PromotionRecord? previous)
    {
        var predicate = record.Statement.Predicate;
        if (record.Statement.Type != PromotionStatement.StatementType || record.Statement.PredicateType != PromotionStatement.PromotionType)
        {
            yield return "it is not a promotion statement";
        }

        if (predicate.Stage != stage)
        {
            yield return $"it is a record of stage '{predicate.Stage}'";
        }

        var fileName = expectedSequence.ToString("0000", CultureInfo.InvariantCulture) + ".json";
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
