namespace Pipeline.Inference.Telemetry;

/// <summary>Values of the label <c>outcome</c>, in the order of <see cref="Outcome"/>.</summary>
public static class Outcomes
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetNames<Outcome>().Select(name => name.ToLowerInvariant())];
}
