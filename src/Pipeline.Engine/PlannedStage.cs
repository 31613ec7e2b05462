namespace Pipeline.Engine;

/// <summary>One row of a plan.</summary>
/// <param name="Stage">The stage's name.</param>
/// <param name="WillRun">True if it would run, false if its output would be restored.</param>
/// <param name="Why">Which input changed.</param>
public sealed record PlannedStage(string Stage, bool WillRun, string Why)
{
    /// <summary>The stored output that would be restored, or that would be made anew although it counts; null if there is none.</summary>
    public string? Output { get; init; }
}
