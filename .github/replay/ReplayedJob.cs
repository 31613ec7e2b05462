using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>One leg of a job after its replay.</summary>
/// <param name="Id">The job's key in the workflow.</param>
/// <param name="Title">With the matrix's values, if it has one.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Outputs">Its <c>outputs</c>, filled in.</param>
/// <param name="Steps">In order.</param>
public sealed record ReplayedJob(string Id, string Title, ReplayResult Result, JsonObject Outputs, IReadOnlyList<ReplayedStep> Steps);
