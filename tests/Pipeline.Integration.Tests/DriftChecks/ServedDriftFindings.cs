using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>What the sources told of the same traffic, see <see cref="ServedDrift"/>.</summary>
/// <param name="Reference">The package's profile.</param>
/// <param name="Restarted">Name of the replica that was killed.</param>
/// <param name="AprilRows">Rows that were answered in the first phase.</param>
/// <param name="JuneRows">In the second.</param>
/// <param name="April">From Prometheus.</param>
/// <param name="June">From Prometheus.</param>
/// <param name="JuneFile">From a file of the second phase's rows.</param>
/// <param name="JuneLog">From the prediction logs of both replicas.</param>
/// <param name="AprilPages">From the replicas' metrics pages, after the first phase.</param>
/// <param name="JunePages">Likewise, after the second.</param>
/// <param name="LeftOnPages">From a file of the second phase's rows without those that the killed process answered.</param>
/// <param name="RecordedPsi">By feature: what the shipped rules make of the last hour, which is both phases.</param>
public sealed record ServedDriftFindings(
    ReferenceProfile Reference,
    string Restarted,
    int AprilRows,
    int JuneRows,
    CheckedWindow April,
    CheckedWindow June,
    CheckedWindow JuneFile,
    CheckedWindow JuneLog,
    SourceWindow AprilPages,
    SourceWindow JunePages,
    SourceWindow LeftOnPages,
    IReadOnlyDictionary<string, double> RecordedPsi);
