namespace Pipeline.WorkflowReplay;

/// <summary>What a replay cannot go on from; the message says what is wrong.</summary>
public sealed class ReplayException(string message) : Exception(message);
