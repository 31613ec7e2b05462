using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests;

/// <summary>Small, sound model packages.</summary>
internal static class SamplePackage
{
    public const string ModelName = "integration-sample";

    private static readonly float[][] Rows = [[0f, 0f], [1.5f, -0.25f], [-3f, 0.5f]];

    /// <param name="directory">Made and filled.</param>
    /// <param name="trainer">Anything; another one gives another package.</param>
    /// <param name="goldenError">Added to the golden probabilities, which are right with 0.</param>
    public static PackagedModel Write(string directory, string trainer = "hand", float goldenError = 0)
    {
        Directory.CreateDirectory(directory);
        var outputs = new BinaryOutputs("yes", "no", 0.5f);
        var golden = Rows.Select(row => Golden(row, outputs, goldenError)).ToList();
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Onnx), TinyOnnx.LogisticOfSum(FeatureSchema.NumericInput, columns: 2, BinaryOutputs.TensorName));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Golden), PackageJson.Serialize(new GoldenSample(golden)));
        var features = new FeatureSchema([Numeric("first"), Numeric("second")]);
        var none = Digest.OfText("none");
        return PackageWriter.Seal(directory, new Manifest(1, ModelName, "binary", trainer, features, outputs, new Dictionary<string, double?>(), none, none, none, new Dictionary<string, string>(), []));
    }

    private static Feature Numeric(string name) => new(name, FeatureKind.Numeric, AllowsMissing: false, Minimum: -10, Maximum: 10);

    private static GoldenRow Golden(float[] row, BinaryOutputs outputs, float error)
    {
        var probability = 1 / (1 + MathF.Exp(-row.Sum()));
        return new GoldenRow(new JsonObject { ["first"] = row[0], ["second"] = row[1] }) { Probability = probability + error, Label = outputs.LabelOf(probability) };
    }
}
