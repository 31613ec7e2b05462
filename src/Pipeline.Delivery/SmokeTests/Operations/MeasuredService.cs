namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>What the service showed with one package.</summary>
/// <param name="Processes">One a round, in the rounds' order: the same round of two packages saw the same machine.</param>
/// <param name="Fault">Why it could not be measured, in words; null if it could.</param>
internal sealed record MeasuredService(IReadOnlyList<MeasuredProcess> Processes, string? Fault)
{
    /// <summary>This measurement and a later one taken together.</summary>
    public MeasuredService With(MeasuredService later) => (Fault ?? later.Fault) is { } fault ? new MeasuredService([], fault) : new MeasuredService([.. Processes, .. later.Processes], null);

    /// <summary>All that were timed.</summary>
    public int Requests => Processes.Sum(process => process.Blocks.Sum(block => block.Count));
}
