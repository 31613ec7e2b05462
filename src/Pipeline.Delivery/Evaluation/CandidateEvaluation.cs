using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>A candidate's metrics on the test rows, computed through ONNX Runtime as the service will.</summary>
/// <param name="Directory">Its folder in the store.</param>
/// <param name="Digest">Digest of evaluation.json.</param>
/// <param name="Report">The metrics.</param>
public sealed record CandidateEvaluation(string Directory, Digest Digest, EvaluationReport Report) : IArtifact<CandidateEvaluation>, IReproducible
{
    internal const string ReportFile = "evaluation.json";

    string IReproducible.Fingerprint => Digest.ToString();

    public static CandidateEvaluation Load(string directory)
    {
        var bytes = File.ReadAllBytes(Path.Combine(directory, ReportFile));
        return new CandidateEvaluation(directory, Digest.Of(bytes), PackageJson.Deserialize<EvaluationReport>(bytes, Path.Combine(directory, ReportFile)));
    }
}
