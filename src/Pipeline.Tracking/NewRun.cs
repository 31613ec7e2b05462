namespace Pipeline.Tracking;

/// <summary>A run to be made.</summary>
/// <param name="ExperimentId">Where it belongs.</param>
/// <param name="Key">What it is known by, whatever id it gets: 64 hex digits or another text without quotes. Kept as the tag <see cref="TrackingTags.RunKey"/>.</param>
/// <param name="Name">As the UI shows it.</param>
/// <param name="Start">When it started.</param>
/// <param name="User">Who ran it.</param>
/// <param name="Tags">Tags that it has from the start.</param>
public sealed record NewRun(string ExperimentId, string Key, string Name, DateTimeOffset Start, string User, IReadOnlyDictionary<string, string> Tags);
