namespace Pipeline.Engine;

/// <summary>Stages that a run makes anew even if their outputs are stored.</summary>
/// <param name="From">The stage that was named.</param>
/// <param name="Stages">That one and all that follow from it.</param>
public sealed record ForcedStages(string From, IReadOnlySet<string> Stages)
{
    /// <summary>As it was asked for: <c>--force Train</c>.</summary>
    public override string ToString() => $"--force {From}";
}
