using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>The last drift check that lies here: what the model that runs is asked, against what it was trained on.</summary>
/// <param name="PackageDigest">The package that was checked.</param>
/// <param name="Verdict">What it said.</param>
/// <param name="Reason">Why.</param>
/// <param name="Report">Digest of drift.json.</param>
public sealed record DriftEvidence(string PackageDigest, DriftVerdict Verdict, string Reason, Digest Report)
{
    /// <param name="path">Of drift.json.</param>
    /// <returns>Null if it is not there or cannot be read.</returns>
    public static DriftEvidence? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            var bytes = File.ReadAllBytes(path);
            var report = DriftJson.Deserialize(bytes, path);
            return new DriftEvidence(report.PackageDigest, report.Verdict, report.Reason, Digest.Of(bytes));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Why an approval that was given with one no longer holds with another; null if it does.</summary>
    public static string? Lapses(DriftEvidence? approved, DriftEvidence? now) => (approved, now) switch
    {
        (null, null) => null,
        (null, { Verdict: DriftVerdict.Drift }) => "drift was found since",
        (null, _) => null,
        (_, null) => $"the drift verdict was {approved!.Verdict} when it was given and no check lies here: run ./build.sh DriftCheck",
        _ when approved!.PackageDigest != now!.PackageDigest => "the drift check that lies here is of another package: run ./build.sh DriftCheck",
        _ => approved.Verdict == now.Verdict ? null : $"the drift verdict was {approved.Verdict} when it was given and is {now.Verdict} now",
    };
}
