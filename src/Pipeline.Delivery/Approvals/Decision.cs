namespace Pipeline.Delivery.Approvals;

/// <summary>What a person says to a promotion.</summary>
public enum Decision
{
    Approve,
    Reject,
}
