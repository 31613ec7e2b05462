namespace Pipeline.Delivery.SmokeTests;

/// <summary>One check's outcome.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Passed">False also if it could not be carried out.</param>
/// <param name="Detail">What was seen, or why it failed.</param>
public sealed record SmokeCheck(string Name, bool Passed, string Detail);
