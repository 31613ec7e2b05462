namespace Nuke.Common.Execution;

/// <summary>How far a target is.</summary>
public enum ExecutionStatus
{
    None,
    Scheduled,
    NotRun,
    Skipped,
    Succeeded,
    Failed,
    Running,
}
