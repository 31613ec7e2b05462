using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage.Tests;

internal static partial class TestModel
{
    private const float NumberWeight = 100;

    /// <summary>What the model of several classes answers; a name needs escapes in JSON.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["early", "on time", "very \"späť\""];

    public static RegressionOutputs NumberOutputs { get; } = new("delay_minutes", "min");

    /// <summary>A model of the same columns for several classes. Further ones than <see cref="Classes"/> are named <c>c3</c> and so on, and are never the most probable.</summary>
    /// <param name="directory">Made and filled.</param>
    /// <param name="classCount">At least 3.</param>
    /// <param name="classes">The classes in another order, for a model that answers the same.</param>
    /// <param name="golden">Golden rows instead of the usual ones.</param>
    public static PackagedModel WriteClassesPackage(string directory, int classCount = 3, IReadOnlyList<string>? classes = null, IReadOnlyList<GoldenRow>? golden = null)
    {
        var outputs = new MulticlassOutputs(classes ?? ClassNames(classCount));
        golden ??= [.. GoldenRows.Select(row => GoldenRow.Of(RowOf(row), outputs, ClassProbabilities(row, outputs.Classes)))];
        return WritePackage(directory, golden, TaskOnnx(outputs), Manifest with { Task = ModelTask.Multiclass, Outputs = outputs }, TestModelReference.ClassProfileOf(outputs));
    }

    /// <summary>A model of the same columns for a number.</summary>
    /// <param name="directory">Made and filled.</param>
    /// <param name="shift">Added to every answer.</param>
    /// <param name="outputs">What it says that it answers.</param>
    public static PackagedModel WriteNumberPackage(string directory, float shift = 0, RegressionOutputs? outputs = null)
    {
        outputs ??= NumberOutputs;
        GoldenRow[] golden = [.. GoldenRows.Select(row => GoldenRow.Of(RowOf(row), outputs, [Number(row) + shift]))];
        return WritePackage(directory, golden, TaskOnnx(outputs, shift), Manifest with { Task = ModelTask.Regression, Outputs = outputs }, TestModelReference.NumberProfile);
    }

    public static string[] ClassNames(int count) => [.. Classes, .. Enumerable.Range(Classes.Count, count - Classes.Count).Select(index => $"c{index}")];

    /// <summary>The probabilities by the formula, in the order of the classes.</summary>
    public static float[] ClassProbabilities(TestModelRow row, IReadOnlyList<string> classes)
    {
        var exponentials = classes.Select(name => Math.Exp(WeightsOf(name).Zip(VectorOf(row), (weight, value) => weight * value).Sum() + BiasOf(name))).ToArray();
        return [.. exponentials.Select(exponential => (float)(exponential / exponentials.Sum()))];
    }

    /// <summary>The number by the formula.</summary>
    public static float Number(TestModelRow row) => (float)(NumberWeight * VectorOf(row).Zip([HourWeight, DistanceWeight, 1, 1], (value, weight) => value * weight).Sum());

    private static IReadOnlyList<TestModelRow> GoldenRows { get; } = [new(7, "ATL", 500, "LAX"), new(22.5f, "ORD", null, null), new(0, "never seen", 4000, "DEN"), new(12, "Zürich \"Ost\"", 31, "nowhere")];

    private static JsonObject RowOf(TestModelRow row) => new() { ["hour"] = row.Hour, ["origin"] = row.Origin, ["distance"] = row.Distance, ["destination"] = row.Destination };

    private static double[] VectorOf(TestModelRow row) =>
        [row.Hour, row.Distance ?? 0, OriginCodes.GetValueOrDefault(row.Origin, UnseenCode), row.Destination is null ? UnseenCode : DestinationCodes.GetValueOrDefault(row.Destination, UnseenCode)];

    private static float[] WeightsOf(string name) => name switch
    {
        "early" => [-HourWeight, 0, -1, -1],
        "on time" => [0, 0, 0, 0],
        _ when Classes.Contains(name) => [HourWeight, DistanceWeight, 1, 1],
        _ => [0, 0, 0, 0],
    };

    private static float BiasOf(string name) => name == "early" ? 1 : name == "on time" ? 0 : Classes.Contains(name) ? Bias : -5 - (name.Length / 8f);

    private static byte[] TaskOnnx(ModelOutputs outputs, float shift = 0)
    {
        var graph = new ProtobufWriter()
            .Text(2, "delay")
            .Message(1, Node("Imputer", [FeatureSchema.NumericInput], "imputed", MlDomain, Floats("imputed_value_floats", [0]), Float("replaced_value_float", float.NaN)))
            .Message(1, Encoder("origin", OriginCodes))
            .Message(1, Encoder("destination", DestinationCodes))
            .Message(1, Node("Concat", ["imputed", "origin_code", "destination_code"], "row", string.Empty, Int("axis", 1)))
            .Message(1, Node("Gemm", ["row", "weights", "bias"], "score", string.Empty));
        if (outputs is MulticlassOutputs { Classes: var classes })
        {
            graph
                .Message(1, Node("Softmax", ["score"], outputs.Tensor, string.Empty, Int("axis", 1)))
                .Message(5, FloatTensor("weights", [4, classes.Count], Enumerable.Range(0, 4).SelectMany(column => classes.Select(name => WeightsOf(name)[column]))))
                .Message(5, FloatTensor("bias", [classes.Count], classes.Select(BiasOf)));
        }
        else
        {
            graph
                .Message(1, Node("Reshape", ["score", "flat"], outputs.Tensor, string.Empty))
                .Message(5, FloatTensor("weights", [4, 1], [NumberWeight * HourWeight, NumberWeight * DistanceWeight, NumberWeight, NumberWeight]))
                .Message(5, FloatTensor("bias", [1], [shift]))
                .Message(5, new ProtobufWriter().Number(1, 1).Number(2, Int64Type).Text(8, "flat").Number(7, -1));
        }

        graph
            .Message(11, Value(FeatureSchema.NumericInput, FloatType, 2))
            .Message(11, Value("origin", StringType, 1))
            .Message(11, Value("destination", StringType, 1))
            .Message(12, Value(outputs.Tensor, FloatType, outputs.IsMatrix ? outputs.Width : null));
        return new ProtobufWriter()
            .Number(1, 8)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, string.Empty).Number(2, 13))
            .Message(8, new ProtobufWriter().Text(1, MlDomain).Number(2, 3))
            .ToArray();
    }

    private static PackagedModel WritePackage(string directory, IReadOnlyList<GoldenRow> golden, byte[] onnx, Manifest manifest, Pipeline.Drift.ReferenceProfile reference)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Onnx), onnx);
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Golden), PackageJson.Serialize(new GoldenSample(golden)));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Reference), PackageJson.Serialize(reference));
        return PackageWriter.Seal(directory, manifest);
    }
}
