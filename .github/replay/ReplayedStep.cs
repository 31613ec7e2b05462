namespace Pipeline.WorkflowReplay;

/// <summary>One step after its replay.</summary>
/// <param name="Name">Its name, or the first line of what it runs.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Note">What is to be said of it: an exit code, or why it was not replayed.</param>
public sealed record ReplayedStep(string Name, ReplayResult Result, string Note);
