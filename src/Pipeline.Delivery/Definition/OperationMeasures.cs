namespace Pipeline.Delivery.Definition;

/// <summary>Names of what the packaged service takes.</summary>
public static class OperationMeasures
{
    public const string LatencyP50 = "latencyP50Ms";
    public const string LatencyP99 = "latencyP99Ms";
    public const string Start = "startMs";
    public const string Resident = "residentMb";
    public const string Package = "packageMb";
    public const string Image = "imageMb";

    public static IReadOnlyList<string> Names { get; } = [LatencyP50, LatencyP99, Start, Resident, Package, Image];

    /// <summary>What it is, with its unit.</summary>
    public static string Meaning(string measure) => measure switch
    {
        LatencyP50 => "time from request to answer of one row, half of requests are faster; in milliseconds",
        LatencyP99 => "time from request to answer of one row, 99 of 100 requests are faster; in milliseconds",
        Start => "time from the process's start until /health/ready answers; in milliseconds",
        Resident => "memory of the process after the load; in megabytes of 10^6 bytes",
        Package => "sum of the package's files; in megabytes of 10^6 bytes",
        Image => "size of the image; in megabytes of 10^6 bytes",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "There is no such measure of the service."),
    };
}
