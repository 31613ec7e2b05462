using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelInfo;

/// <summary>What GET /v1/model tells: the model, what it takes and answers, how good it is, a sample to try, and what it was made from.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The digest's first 12 hex digits.</param>
/// <param name="Digest">The package's digest.</param>
/// <param name="Task"><c>binary</c>, <c>multiclass</c> or <c>regression</c>.</param>
/// <param name="Trainer">Name of the trainer that won.</param>
/// <param name="Features">The columns of a row.</param>
/// <param name="Outputs">Labels and threshold, classes in the order of their probabilities, or the quantity that is predicted.</param>
/// <param name="Metrics">Metrics on the test rows; null where undefined.</param>
/// <param name="Golden">Rows with the answers that they must get.</param>
/// <param name="Runtimes">Libraries that shaped the model, by the manifest.</param>
/// <param name="ServingRuntimes">Libraries that serve it now.</param>
/// <param name="SchemaVersion">Version of the manifest's format.</param>
/// <param name="DataDigest">Of the rows that the model's query gave.</param>
/// <param name="DefinitionDigest">Of the settings that training and evaluation read.</param>
/// <param name="CodeDigest">Of the sources that made the package.</param>
/// <param name="Signature">Whether it was verified who made the package.</param>
/// <param name="Files">Every file of the package but the manifest.</param>
public sealed record ModelDescription(
    string Name,
    string Version,
    string Digest,
    string Task,
    string Trainer,
    IReadOnlyList<FeatureDescription> Features,
    ModelOutputs Outputs,
    IReadOnlyDictionary<string, double?> Metrics,
    IReadOnlyList<GoldenRow> Golden,
    IReadOnlyDictionary<string, string> Runtimes,
    IReadOnlyDictionary<string, string> ServingRuntimes,
    int SchemaVersion,
    string DataDigest,
    string DefinitionDigest,
    string CodeDigest,
    SignatureDescription Signature,
    IReadOnlyList<FileDescription> Files)
{
    public static ModelDescription Of(LoadedModel model)
    {
        var (package, manifest) = (model.Package, model.Package.Manifest);
        return new ModelDescription(
            manifest.Name,
            package.Version,
            package.Digest.ToString(),
            manifest.Task,
            manifest.Trainer,
            [.. manifest.Features.Features.Select(FeatureDescription.Of)],
            manifest.Outputs,
            manifest.Metrics,
            model.Golden.Rows,
            manifest.Runtimes,
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["dotnet"] = Environment.Version.ToString(), ["onnxruntime"] = OnnxRuntimeEnvironment.Version },
            manifest.SchemaVersion,
            manifest.DataDigest.ToString(),
            manifest.DefinitionDigest.ToString(),
            manifest.CodeDigest.ToString(),
            new SignatureDescription(model.SignedBy is not null, model.SignedBy?.ToString()),
            [.. manifest.Files.Select(FileDescription.Of)]);
    }
}
