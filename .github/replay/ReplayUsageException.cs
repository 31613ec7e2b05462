namespace Pipeline.WorkflowReplay;

/// <summary>A command line that the replay cannot take.</summary>
public sealed class ReplayUsageException(string message) : Exception(message);
