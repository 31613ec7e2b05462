using System.Text.Json;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Promotion;

/// <summary>Reads records; what is said is read from the bytes that are signed.</summary>
internal static class StageRecordReader
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
        return root.ValueKind == JsonValueKind.Object && Text(root, "_type") == Statements.Type ? Text(root, "predicateType") : null;
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

    /// <summary>What would keep others from reading the statement; null if nothing does.</summary>
    private static string? FaultOf(StageRecord record) =>
        record.Subject is not { Count: > 0 } || record.Header is null || record.Subject.Any(subject => !IsHex(subject.Digest.GetValueOrDefault("sha256"))) ? "it has no subject with a SHA-256, or no predicate"
        : !IsHex(record.Header.ModelDigest) ? $"its model's digest '{record.Header.ModelDigest}' is not a SHA-256"
        : record.Subject.Skip(1).FirstOrDefault(image => image.Name.Split('/', 2) is not [{ Length: > 0 }, { Length: > 0 }]) is { } image ? $"its image '{image.Name}' is not registry/repository"
        : Named(record).Any(named => !IsHex(named.Digest.GetValueOrDefault("sha256"))) ? "it names evidence or a record without a SHA-256"
        : null;

    private static IEnumerable<ResourceDescriptor> Named(StageRecord record) => record switch
    {
        PromotionRecord { Statement.Predicate: var promotion } => [.. promotion.Evidence, .. promotion.Approvals, .. promotion.FromRecord is { } from ? [from] : Array.Empty<ResourceDescriptor>()],
        DecisionRecord { Statement.Predicate: var decision } => [.. decision.Evidence, decision.FromRecord],
        _ => [],
    };

    private static bool IsHex(string? digits) => Digest.TryParse("sha256:" + digits, out _);
}
