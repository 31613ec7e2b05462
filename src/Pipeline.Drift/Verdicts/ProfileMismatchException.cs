namespace Pipeline.Drift.Verdicts;

/// <summary>A window's counts were not made with the bins of the reference, or a policy is for other features: there is nothing to compare. The message names the feature and the counts.</summary>
public sealed class ProfileMismatchException(string message) : ArgumentException(message);
