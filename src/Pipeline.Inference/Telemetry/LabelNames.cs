namespace Pipeline.Inference.Telemetry;

/// <summary>Values of labels that an enumeration bounds, in its order.</summary>
public static class LabelNames
{
    public static IReadOnlyList<string> Outcomes { get; } = LowerCase(Enum.GetNames<Outcome>());

    public static IReadOnlyList<string> Protocols { get; } = LowerCase(Enum.GetNames<Protocol>());

    private static string[] LowerCase(string[] names) => [.. names.Select(name => name.ToLowerInvariant())];
}
