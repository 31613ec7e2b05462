namespace Pipeline.Tracking;

/// <summary>A run as a store has it.</summary>
/// <param name="Id">32 hex digits.</param>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Name">As the UI shows it.</param>
/// <param name="User">Who ran it.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Start">When it started.</param>
/// <param name="End">When it ended; null while it runs.</param>
/// <param name="ArtifactUri">Where its artifacts are, as the store writes it.</param>
public sealed record TrackedRun(string Id, string ExperimentId, string Name, string User, RunStatus Status, DateTimeOffset Start, DateTimeOffset? End, string ArtifactUri)
{
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The last value of each metric, by step, then time, then value.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<DatasetInput> Inputs { get; init; } = [];
}
