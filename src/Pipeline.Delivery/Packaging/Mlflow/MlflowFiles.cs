using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>
/// The files by which MLflow loads and serves a package's folder as it is. They are listed in the manifest and shipped like the others, some kilobytes: so the folder in an image or a bundle is the one that was
/// signed, and MLflow takes it, too. The service reads none of them.
/// </summary>
internal static class MlflowFiles
{
    public const string Mlmodel = "MLmodel";
    public const string InputExample = "input_example.json";
    public const string ServingInputExample = "serving_input_example.json";

    /// <summary>Writes them into the folder of a package that is not sealed yet.</summary>
    /// <param name="directory">With model.onnx.</param>
    /// <param name="manifest">What the package is; its files are not looked at.</param>
    /// <param name="golden">The golden requests, which become the example.</param>
    /// <exception cref="InvalidDataException">The graph takes something that no column gives.</exception>
    public static void Write(string directory, Manifest manifest, FeatureBatch golden)
    {
        var onnx = Path.Combine(directory, PackageFiles.Onnx);
        var graph = GraphSignature.Read(onnx);
        var example = MlflowInputExample.Of(graph, golden);
        YamlFile.Write(Path.Combine(directory, Mlmodel), MlmodelFile.Of(manifest, Digest.OfFile(onnx), graph));
        YamlFile.Write(Path.Combine(directory, MlflowEnvironment.Conda), MlflowEnvironment.CondaEnvironment());
        YamlFile.Write(Path.Combine(directory, MlflowEnvironment.Virtualenv), MlflowEnvironment.VirtualEnvironment());
        File.WriteAllText(Path.Combine(directory, MlflowEnvironment.Requirements), MlflowEnvironment.RequirementsText);
        File.WriteAllBytes(Path.Combine(directory, InputExample), PackageJson.Serialize(example));
        File.WriteAllBytes(Path.Combine(directory, ServingInputExample), PackageJson.Serialize(new JsonObject { ["inputs"] = example.DeepClone() }));
    }
}
