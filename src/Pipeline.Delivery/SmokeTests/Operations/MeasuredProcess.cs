namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>What one process of the service showed, from its start to its end.</summary>
/// <param name="StartMs">From the start of the process until it answered that it is ready, in milliseconds.</param>
/// <param name="ResidentMb">Resident memory after the load, in MB of a million bytes.</param>
/// <param name="Blocks">For each block of requests the time of each, in milliseconds. All processes have equally many blocks of equally many requests.</param>
internal sealed record MeasuredProcess(double StartMs, double ResidentMb, IReadOnlyList<IReadOnlyList<double>> Blocks);
