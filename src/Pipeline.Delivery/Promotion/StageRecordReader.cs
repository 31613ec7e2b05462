using System.Text.Json;
using System.Text.RegularExpressions;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Promotion;

/// <summary>Reads records; what is said is read from the bytes that are signed.</summary>
internal static partial class StageRecordReader
{
    /// <exception cref="InvalidDataException">It is no record, or one that others could not read.</exception>
    public static StageRecord Read(byte[] bytes, string path)
    {
        var envelope = HasProperty(bytes, "payload", path) ? PackageJson.Deserialize<DsseEnvelope>(bytes, path) : null;
        var payload = envelope is null ? bytes : PayloadOf(envelope, path);
        StageRecord record = TypeOf(payload, path) switch
        {
            Statements.Promotion => new PromotionRecord(path, Digest.Of(bytes), PackageJson.Deserialize<Statement<PromotionPredicate>>(payload, path), envelope),
            Statements.Decision => new DecisionRecord(path, Digest.Of(bytes), PackageJson.Deserialize<Statement<DecisionPredicate>>(payload, path), envelope),
            _ => throw new InvalidDataException("it is not a promotion statement"),
        };
        return FaultOf(record) is { } fault ? throw new InvalidDataException(fault) : record;
    }

    private static byte[] PayloadOf(DsseEnvelope envelope, string path)
    {
        try
        {
            return envelope.PayloadType == DsseEnvelope.InTotoType ? envelope.PayloadBytes() : throw new InvalidDataException($"{path} holds '{envelope.PayloadType}', not {DsseEnvelope.InTotoType}.");
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{path} has a payload that is not base64.", e);
        }
    }

    private static string? TypeOf(byte[] payload, string path)
    {
        using var document = Parse(payload, path);
        var root = document.RootElement;
        return FaultIn(root) is { } fault ? throw new InvalidDataException($"{path}: {fault}") : root.ValueKind == JsonValueKind.Object && Text(root, "_type") == Statements.Type ? Text(root, "predicateType") : null;
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool HasProperty(byte[] bytes, string name, string path)
    {
        using var document = Parse(bytes, path);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out _);
    }

    private static JsonDocument Parse(byte[] bytes, string path)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>Empty places in lists, which nothing here writes, and characters that would let a record draw over what a terminal shows; null if there are none.</summary>
    private static string? FaultIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? "a list in it has an empty place" : FaultIn(item)).FirstOrDefault(fault => fault is not null),
        JsonValueKind.Object => element.EnumerateObject().Select(property => FaultIn(property.Value)).FirstOrDefault(fault => fault is not null),
        JsonValueKind.String => element.GetString()!.Any(character => char.IsControl(character) && character is not ('\n' or '\t')) ? "a text in it has control characters" : null,
        _ => null,
    };

    /// <summary>What would keep others from reading the statement; null if nothing does.</summary>
    private static string? FaultOf(StageRecord record) =>
        record.Subject is not { Count: > 0 } || record.Header is null || record.Subject.Any(subject => !IsHex(subject.Digest.GetValueOrDefault("sha256"))) ? "it has no subject with a SHA-256, or no predicate"
        : !IsHex(record.Header.ModelDigest) ? $"its model's digest '{record.Header.ModelDigest}' is not a SHA-256"
        : record.Subject.Skip(1).FirstOrDefault(image => image.Name.Split('/', 2) is not [{ Length: > 0 }, { Length: > 0 }]) is { } image ? $"its image '{image.Name}' is not registry/repository"
        : Named(record).Any(named => !IsHex(named.Digest.GetValueOrDefault("sha256"))) ? "it names evidence or a record without a SHA-256"
        : record switch
        {
            // Git is asked about the commit; what is none could be an option to it.
            PromotionRecord { Statement.Predicate.Commit: { } commit } when !CommitForm().IsMatch(commit) => $"its commit '{commit}' is not one of git",
            PromotionRecord { Statement.Predicate.Policy.Approvals.GitHub: { } logins } when logins.Values.Any(person => person is null) => "its policy has a login of nobody",
            DecisionRecord { Statement.Predicate: var decision } when !IsHex(decision.PolicyDigest) || !IsHex(decision.ShownDigest) => "the digest of its policy or of what was shown is not a SHA-256",
            _ => null,
        };

    private static IEnumerable<ResourceDescriptor> Named(StageRecord record) => record switch
    {
        PromotionRecord { Statement.Predicate: var promotion } => [.. promotion.Evidence, .. promotion.Approvals, .. promotion.FromRecord is { } from ? [from] : Array.Empty<ResourceDescriptor>()],
        DecisionRecord { Statement.Predicate: var decision } => [.. decision.Evidence, decision.FromRecord],
        _ => [],
    };

    private static bool IsHex(string? digits) => Digest.TryParse("sha256:" + digits, out _);

    [GeneratedRegex(@"^[0-9a-f]{4,64}(?:-dirty)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommitForm();
}
