namespace Pipeline.Inference.Telemetry;

/// <summary>Values of labels that an enumeration bounds, in its order.</summary>
public static class LabelNames
{
    public static IReadOnlyList<string> Outcomes { get; } = LowerCase(Enum.GetNames<Outcome>());

    public static IReadOnlyList<string> Protocols { get; } = LowerCase(Enum.GetNames<Protocol>());

    /// <summary>As the values of <see cref="Rejection"/>, with underscores.</summary>
    public static IReadOnlyList<string> Rejections { get; } = ["not_ready", "concurrency", "wait", "memory"];

    private static string[] LowerCase(string[] names) => [.. names.Select(name => name.ToLowerInvariant())];
}
