namespace Pipeline.Delivery.Approvals;

/// <summary>How a person answers who is asked to approve, reject or roll back.</summary>
/// <param name="Reason">Why; null to be asked.</param>
/// <param name="Yes">True if it was said beforehand; else the person is asked.</param>
/// <param name="SshKey">Path of the key to sign with; null for the one that git signs with, or a usual one.</param>
public sealed record DecisionOptions(string? Reason, bool Yes, string? SshKey);
