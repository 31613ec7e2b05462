using System.Text.Json.Nodes;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>
/// What MLflow needs to serve the model, for each of its environment managers. Ranges, not versions: nothing of Python shaped the model, so that any release that reads the graph will do, and who has one installed
/// gets no warning about another. The lower bounds of onnx and onnxruntime are those of the graph; the upper ones stop at the next major version, which may read other formats.
/// </summary>
internal static class MlflowEnvironment
{
    public const string Requirements = "requirements.txt";
    public const string Conda = "conda.yaml";
    public const string Virtualenv = "python_env.yaml";

    /// <summary>The oldest that current releases of all three packages still support, so that the most machines have it. MLflow takes the newest patch of it, and warns on another.</summary>
    public const string Python = "3.11";

    // MLflow: from the first release that the package was tried with, up to the next major one. See docs/tracking.md.
    private static readonly string[] Packages = ["mlflow>=2.9,<4", $"onnx>={OnnxRelease.Onnx},<2", $"onnxruntime>={OnnxRelease.OnnxRuntime},<2"];

    public static string RequirementsText { get; } = string.Concat(Packages.Select(package => package + "\n"));

    public static JsonObject CondaEnvironment() => new()
    {
        ["name"] = "mlflow-env",
        ["channels"] = new JsonArray("conda-forge"),
        ["dependencies"] = new JsonArray($"python={Python}", "pip", new JsonObject { ["pip"] = new JsonArray([.. Packages.Select(package => JsonValue.Create(package))]) }),
    };

    public static JsonObject VirtualEnvironment() => new()
    {
        ["python"] = Python,
        ["build_dependencies"] = new JsonArray("pip", "setuptools", "wheel"),
        ["dependencies"] = new JsonArray($"-r {Requirements}"),
    };
}
