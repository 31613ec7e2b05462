using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>
/// Evidence that a candidate fulfilled every gate. It can only be had from a passed verdict in the store, which re-hashes it; packaging, pushing and promotion require it.
/// </summary>
public sealed class GatePass : IArtifact<GatePass>
{
    internal const string VerdictFile = "gate.json";

    private GatePass(string directory, GateVerdict verdict, Digest evidenceDigest)
    {
        VerdictPath = Path.Combine(directory, VerdictFile);
        Verdict = verdict;
        EvidenceDigest = evidenceDigest;
    }

    /// <summary>Digest of the ONNX file that passed.</summary>
    public Digest ModelDigest => Verdict.ModelDigest;

    /// <summary>Digest of gate.json: every row of the verdict.</summary>
    public Digest EvidenceDigest { get; }

    public GateVerdict Verdict { get; }

    public string VerdictPath { get; }

    /// <exception cref="InvalidDataException">The verdict is not a pass.</exception>
    public static GatePass Load(string directory)
    {
        var path = Path.Combine(directory, VerdictFile);
        var bytes = File.ReadAllBytes(path);
        var verdict = PackageJson.Deserialize<GateVerdict>(bytes, path);
        return verdict.Passed()
            ? new GatePass(directory, verdict, Digest.Of(bytes))
            : throw new InvalidDataException($"{path} is not a pass: {(verdict.Rows.Count == 0 ? "it has no row" : string.Join("; ", verdict.Rows.Where(row => !row.Passed).Select(row => row.Check)))}.");
    }
}
