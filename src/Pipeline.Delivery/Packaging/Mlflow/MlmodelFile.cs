using System.Text.Json.Nodes;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>
/// The content of MLmodel, by which MLflow knows a folder as a model. It is part of the package, so that it holds no time, and its id is of model.onnx; nor does it name a version of MLflow, as none wrote it.
/// MLflow takes both for not given: it tells the time of loading as that of creation.
/// </summary>
internal static class MlmodelFile
{
    // As long as MLflow's own, which are random.
    private const int UuidDigits = 32;

    /// <param name="manifest">Of the package; its files are not looked at.</param>
    /// <param name="model">Digest of model.onnx.</param>
    /// <param name="graph">What model.onnx takes and gives.</param>
    public static JsonObject Of(Manifest manifest, Digest model, GraphSignature graph) => new()
    {
        ["flavors"] = Flavors(),
        ["model_uuid"] = model.Hex[..UuidDigits],
        ["signature"] = MlflowSignature.Of(graph),
        ["saved_input_example_info"] = new JsonObject
        {
            ["artifact_path"] = MlflowFiles.InputExample,
            ["serving_input_path"] = MlflowFiles.ServingInputExample,
            ["type"] = "ndarray",
        },
        ["metadata"] = MetadataOf(manifest),
    };

    /// <summary>How a package can be loaded, whichever it is.</summary>
    public static JsonObject Flavors() => new()
    {
        ["onnx"] = new JsonObject
        {
            ["onnx_version"] = OnnxRelease.Onnx,
            ["data"] = PackageFiles.Onnx,
            ["providers"] = new JsonArray("CPUExecutionProvider"),
            ["onnx_session_options"] = null,
            ["code"] = null,
        },
        ["python_function"] = new JsonObject
        {
            ["loader_module"] = "mlflow.onnx",
            ["data"] = PackageFiles.Onnx,
            ["python_version"] = MlflowEnvironment.Python,
            ["env"] = new JsonObject { ["conda"] = MlflowEnvironment.Conda, ["virtualenv"] = MlflowEnvironment.Virtualenv },
        },
    };

    private static JsonObject MetadataOf(Manifest manifest)
    {
        var metadata = new JsonObject
        {
            ["model_name"] = manifest.Name,
            ["task"] = manifest.Task,
            ["trainer"] = manifest.Trainer,
        };
        AddOutputs(metadata, manifest.Outputs);
        metadata["data_digest"] = manifest.DataDigest.ToString();
        metadata["definition_digest"] = manifest.DefinitionDigest.ToString();
        foreach (var (library, version) in manifest.Runtimes.OrderBy(runtime => runtime.Key, StringComparer.Ordinal))
        {
            metadata[library] = version;
        }

        return metadata;
    }

    private static void AddOutputs(JsonObject metadata, ModelOutputs outputs)
    {
        switch (outputs)
        {
            case BinaryOutputs binary:
                metadata["positive_label"] = binary.PositiveLabel;
                metadata["negative_label"] = binary.NegativeLabel;
                metadata["threshold"] = binary.Threshold;
                break;
            case MulticlassOutputs multiclass:
                metadata["classes"] = new JsonArray([.. multiclass.Classes.Select(name => JsonValue.Create(name))]);
                break;
            case RegressionOutputs number:
                metadata["quantity"] = number.Quantity;
                metadata["unit"] = number.Unit;
                break;
        }
    }
}
