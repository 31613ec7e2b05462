using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>A model to compare: what reports say of it, and what it takes to ask it.</summary>
/// <param name="Model">For reports.</param>
/// <param name="OnnxPath">Its model.onnx.</param>
/// <param name="Features">The columns that it takes, with the categories that training saw.</param>
internal sealed record ModelFiles(ComparedModel Model, string OnnxPath, FeatureSchema Features)
{
    public static ModelFiles Of(string name, PackagedModel package)
    {
        var manifest = package.Manifest;
        var model = manifest.Files.Single(file => file.Path == PackageFiles.Onnx).Sha256;
        return new ModelFiles(
            new ComparedModel(name, package.Digest, model, manifest.DataDigest, manifest.Trainer, manifest.Outputs, new FileInfo(package.OnnxPath).Length),
            package.OnnxPath,
            manifest.Features);
    }

    public static ModelFiles Of(CandidateModel candidate, Dataset dataset) => new(
        new ComparedModel("candidate", null, candidate.Digest, dataset.Digest, candidate.Report.Trainer, candidate.Report.Outputs, new FileInfo(candidate.OnnxPath).Length),
        candidate.OnnxPath,
        candidate.Schema);
}
