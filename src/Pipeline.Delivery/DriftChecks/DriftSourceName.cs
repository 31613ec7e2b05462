using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>Which source a user asked for: <c>production</c>, <c>file:GLOB</c>, <c>prometheus:URL</c> or <c>service:URL[,URL…]</c>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Values">What stands behind the colon, split at commas; empty for the production rows.</param>
public sealed record DriftSourceName(DriftSourceKind Kind, IReadOnlyList<string> Values)
{
    /// <summary>The forms, for messages.</summary>
    public const string Forms = "production, file:GLOB[,GLOB…], prometheus:URL or service:URL[,URL…]";

    public static DriftSourceName Production { get; } = new(DriftSourceKind.Production, []);

    /// <exception cref="PipelineException">Exit code 64: the text is none of the forms.</exception>
    public static DriftSourceName Parse(string text)
    {
        if (text == "production")
        {
            return Production;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        DriftSourceKind? kind = (colon < 0 ? string.Empty : text[..colon]) switch
        {
            "file" => DriftSourceKind.File,
            "prometheus" => DriftSourceKind.Prometheus,
            "service" => DriftSourceKind.Service,
            _ => null,
        };
        if (kind is null)
        {
            var hint = text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? $" An address needs to say what it is of: prometheus:{text} or service:{text}."
                : File.Exists(text) ? $" A file is named as file:{text}."
                : string.Empty;
            throw new PipelineException(ExitCode.Usage, $"--source {text}: is none of {Forms}.{hint}");
        }

        var values = text[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return values.Length == 0 ? throw new PipelineException(ExitCode.Usage, $"--source {text}: nothing stands after the colon; write {Forms}.")
            : kind == DriftSourceKind.Prometheus && values.Length > 1 ? throw new PipelineException(ExitCode.Usage, $"--source {text}: names {values.Length} servers; give the one that has all replicas' counters.")
            : new DriftSourceName(kind.Value, values);
    }

    /// <summary>As it was asked for.</summary>
    public override string ToString() => Kind == DriftSourceKind.Production ? "production" : $"{Kind.ToString().ToLowerInvariant()}:{string.Join(',', Values)}";
}
