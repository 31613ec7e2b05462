using Pipeline.Delivery.Gates;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>What it costs to operate a package, and every operation gate's outcome; the content of operations.json.</summary>
/// <param name="SchemaVersion">Of this format.</param>
/// <param name="PackageDigest">The candidate's package.</param>
/// <param name="ServiceDigest">The service's binaries, the same for the champions.</param>
/// <param name="ComparedWith">The champions that were compared with, by stage: digests of their packages.</param>
/// <param name="Cores">Of the machine.</param>
/// <param name="Processes">How many of each package were started.</param>
/// <param name="Requests">How many of one row each package was timed on; 0 if it could not be served.</param>
/// <param name="Measures">The candidate's, by name.</param>
/// <param name="Champions">The champions', by stage.</param>
/// <param name="Rows">One per gate and champion; empty without gates.</param>
public sealed record OperationsVerdict(
    int SchemaVersion,
    Digest PackageDigest,
    Digest ServiceDigest,
    IReadOnlyDictionary<string, Digest> ComparedWith,
    int Cores,
    int Processes,
    int Requests,
    IReadOnlyDictionary<string, MetricEstimate> Measures,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, MetricEstimate>> Champions,
    IReadOnlyList<GateRow> Rows)
{
    public const int CurrentSchemaVersion = 1;

    internal const string File = "operations.json";

    /// <summary>True iff every gate passed; without gates there is nothing to fail.</summary>
    public bool Passed() => Rows.All(row => row.Passed);
}
