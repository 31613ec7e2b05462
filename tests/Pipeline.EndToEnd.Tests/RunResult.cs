namespace Pipeline.EndToEnd.Tests;

/// <summary>How a command ended and what it printed on both streams.</summary>
public sealed record RunResult(int ExitCode, string Output);
