using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Definition;

/// <summary>When a model's input has drifted.</summary>
/// <param name="Window">How long a window is that is judged as one.</param>
/// <param name="Season">What windows are compared with.</param>
/// <param name="Policy">What counts as drift.</param>
public sealed record DriftSettings(TimeSpan Window, DriftSeason Season, DriftPolicy Policy)
{
    /// <summary>Earlier seasons that a window is compared with, added up.</summary>
    public const int Seasons = 4;

    public static DriftSettings Default { get; } = new(TimeSpan.FromDays(1), DriftSeason.None, DriftPolicy.Default);
}
