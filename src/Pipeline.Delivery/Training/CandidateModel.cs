using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Training;

/// <summary>The best trained model, as ONNX, not yet judged on test rows.</summary>
/// <param name="Directory">Its folder in the store.</param>
/// <param name="Digest">Digest of model.onnx.</param>
/// <param name="Report">How it was chosen.</param>
public sealed record CandidateModel(string Directory, Digest Digest, TrainingReport Report) : IArtifact<CandidateModel>, IReproducible
{
    internal const string ReportFile = "training.json";

    public string OnnxPath => Path.Combine(Directory, PackageFiles.Onnx);

    string IReproducible.Fingerprint => Digest.ToString();

    public FeatureSchema Schema => Report.Features;

    public static CandidateModel Load(string directory)
    {
        var reportPath = Path.Combine(directory, ReportFile);
        return new CandidateModel(
            directory,
            Digest.OfFile(Path.Combine(directory, PackageFiles.Onnx)),
            PackageJson.Deserialize<TrainingReport>(File.ReadAllBytes(reportPath), reportPath));
    }
}
