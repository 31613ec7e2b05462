namespace Pipeline.WorkflowReplay;

/// <summary>What a replay came to.</summary>
/// <param name="Jobs">In the order in which they were replayed.</param>
/// <param name="Calls">Calls of gh and docker that were noted instead of carried out.</param>
public sealed record ReplayReport(IReadOnlyList<ReplayedJob> Jobs, IReadOnlyList<string> Calls)
{
    public bool Failed => Jobs.Any(job => job.Result == ReplayResult.Failure);
}
