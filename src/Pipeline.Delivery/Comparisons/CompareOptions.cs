namespace Pipeline.Delivery.Comparisons;

/// <summary>Which two models a person wants to see side by side.</summary>
/// <param name="With">A stage or a version; null if none was given, which is a fault.</param>
/// <param name="And">A stage or a version to take the candidate's place; null for the candidate.</param>
public sealed record CompareOptions(string? With, string? And);
