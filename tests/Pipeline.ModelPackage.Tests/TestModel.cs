using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage.Tests;

/// <summary>A small model whose probabilities can be told by a formula, as an ONNX graph and as a package.</summary>
internal static partial class TestModel
{
    public const float UnseenCode = -0.75f;
    public const float HourWeight = 0.125f;
    public const float DistanceWeight = -0.0005f;
    public const float Bias = -1.25f;

    public static readonly IReadOnlyDictionary<string, float> OriginCodes = new Dictionary<string, float> { ["ATL"] = 0.5f, ["ORD"] = 1.5f, ["Zürich \"Ost\""] = 2f };

    public static readonly IReadOnlyDictionary<string, float> DestinationCodes = new Dictionary<string, float> { ["DEN"] = -0.5f, ["LAX"] = 1f };

    public static readonly FeatureSchema Schema = new(
    [
        new Feature("hour", FeatureKind.Numeric, AllowsMissing: false, Minimum: 0, Maximum: 23),
        new Feature("origin", FeatureKind.Categorical, AllowsMissing: false, Categories: [.. OriginCodes.Keys]),
        new Feature("distance", FeatureKind.Numeric, AllowsMissing: true, Minimum: 31, Maximum: 4962),
        new Feature("destination", FeatureKind.Categorical, AllowsMissing: true, Categories: [.. DestinationCodes.Keys]),
    ]);

    /// <summary>The probability by the formula; null stands for a missing value.</summary>
    public static float Probability(double hour, string origin, double? distance, string? destination)
    {
        var destinationCode = destination is null ? UnseenCode : DestinationCodes.GetValueOrDefault(destination, UnseenCode);
        var score = Bias + (HourWeight * hour) + (DistanceWeight * (distance ?? 0)) + OriginCodes.GetValueOrDefault(origin, UnseenCode) + destinationCode;
        return (float)(1 / (1 + Math.Exp(-score)));
    }

    public static GoldenRow Golden(double hour, string origin, double? distance, string? destination)
    {
        var probability = Probability(hour, origin, distance, destination);
        var row = new JsonObject { ["hour"] = hour, ["origin"] = origin, ["distance"] = distance, ["destination"] = destination };
        return GoldenRow.Of(row, Manifest.Outputs, [probability]);
    }

    public static Manifest Manifest { get; } = new(
        Manifest.CurrentSchemaVersion,
        "delay",
        "binary",
        "logistic-regression",
        Schema,
        new BinaryOutputs("late", "on time", 0.5f),
        new SortedDictionary<string, double?> { ["auc"] = 0.7, ["f1"] = null },
        Digest.OfText("data"),
        Digest.OfText("definition"),
        Digest.OfText("code"),
        new SortedDictionary<string, string> { ["Microsoft.ML.OnnxRuntime"] = "1.31.1" },
        []);

    /// <summary>Writes a whole package into a folder.</summary>
    /// <param name="directory">Made and filled.</param>
    /// <param name="golden">Golden rows instead of the usual ones.</param>
    /// <param name="onnx">Another graph.</param>
    /// <param name="schema">Other columns; such a package has no reference profile.</param>
    /// <param name="hasReference">False for a package as they were before they had a reference profile.</param>
    public static PackagedModel WritePackage(string directory, IReadOnlyList<GoldenRow>? golden = null, byte[]? onnx = null, FeatureSchema? schema = null, bool hasReference = true)
    {
        Directory.CreateDirectory(directory);
        golden ??= [Golden(7, "ATL", 500, "LAX"), Golden(22.5, "ORD", null, null), Golden(0, "never seen", 4000, "DEN"), Golden(12, "Zürich \"Ost\"", 31, "nowhere")];
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Onnx), onnx ?? Onnx());
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Golden), PackageJson.Serialize(new GoldenSample(golden)));
        if (hasReference && schema is null)
        {
            File.WriteAllBytes(Path.Combine(directory, PackageFiles.Reference), PackageJson.Serialize(TestModelReference.Profile));
        }

        return PackageWriter.Seal(directory, Manifest with { Features = schema ?? Schema });
    }
}
