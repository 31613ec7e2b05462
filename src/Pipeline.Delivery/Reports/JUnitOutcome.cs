namespace Pipeline.Delivery.Reports;

/// <summary>How CI servers show a case.</summary>
internal enum JUnitOutcome
{
    Passed,

    /// <summary>It passed, and has something to say.</summary>
    PassedWithOutput,

    Failed,

    /// <summary>It could not be judged.</summary>
    Skipped,
}
