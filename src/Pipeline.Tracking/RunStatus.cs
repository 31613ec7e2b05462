namespace Pipeline.Tracking;

/// <summary>How a run stands, in MLflow's words.</summary>
public enum RunStatus
{
    Running,
    Scheduled,
    Finished,
    Failed,
    Killed,
}
