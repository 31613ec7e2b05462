namespace Pipeline.Delivery.Reports;

/// <summary>A comparison as a test case.</summary>
/// <param name="ClassName">What groups cases.</param>
/// <param name="Name">Unique in its group.</param>
/// <param name="Outcome">How it is shown.</param>
/// <param name="Type">One word for the kind of failure.</param>
/// <param name="Message">Why, one sentence.</param>
internal sealed record JUnitCase(string ClassName, string Name, JUnitOutcome Outcome, string Type, string Message);
