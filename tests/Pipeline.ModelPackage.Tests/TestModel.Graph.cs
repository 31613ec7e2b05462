using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage.Tests;

internal static partial class TestModel
{
    private const int FloatType = 1;
    private const int Int64Type = 7;
    private const int StringType = 8;
    private const int SlowWidth = 1_024;
    private const string MlDomain = "ai.onnx.ml";

    /// <summary>The graph: missing numbers become 0, categories become codes, then a logistic regression.</summary>
    /// <param name="outputName">Name of the output, for graphs that are not as they should be.</param>
    /// <param name="numericWeights">A weight for each numeric column; null for those of <see cref="Schema"/>.</param>
    /// <param name="opset">Version of the operators, for graphs of another time.</param>
    /// <param name="irVersion">Version of the format, likewise.</param>
    /// <param name="slowSteps">Products of large matrices on the way, which change nothing and take long: 100 steps take a row some 40 ms, 128 rows a second or two.</param>
    public static byte[] Onnx(string outputName = BinaryOutputs.TensorName, IReadOnlyList<float>? numericWeights = null, int opset = 13, int irVersion = 8, int slowSteps = 0)
    {
        numericWeights ??= [HourWeight, DistanceWeight];
        var graph = new ProtobufWriter()
            .Text(2, "delay")
            .Message(1, Node("Imputer", [FeatureSchema.NumericInput], "imputed", MlDomain, Floats("imputed_value_floats", [0]), Float("replaced_value_float", float.NaN)))
            .Message(1, Encoder("origin", OriginCodes))
            .Message(1, Encoder("destination", DestinationCodes))
            .Message(1, Node("Concat", ["imputed", "origin_code", "destination_code"], "row", string.Empty, Int("axis", 1)))
            .Message(1, Node("Gemm", ["row", "weights", "bias"], slowSteps == 0 ? "score" : "quick", string.Empty));
        AddSlowSteps(graph, slowSteps);
        graph
            .Message(1, Node("Sigmoid", ["score"], "column", string.Empty))
            .Message(1, Node("Reshape", ["column", "flat"], outputName, string.Empty))
            .Message(5, FloatTensor("weights", [numericWeights.Count + 2, 1], [.. numericWeights, 1, 1]))
            .Message(5, FloatTensor("bias", [1], [Bias]))
            .Message(5, new ProtobufWriter().Number(1, 1).Number(2, Int64Type).Text(8, "flat").Number(7, -1))
            .Message(11, Value(FeatureSchema.NumericInput, FloatType, numericWeights.Count))
            .Message(11, Value("origin", StringType, 1))
            .Message(11, Value("destination", StringType, 1))
            .Message(12, Value(outputName, FloatType, columns: null));
        return new ProtobufWriter()
            .Number(1, irVersion)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, string.Empty).Number(2, opset))
            .Message(8, new ProtobufWriter().Text(1, MlDomain).Number(2, 3))
            .ToArray();
    }

    /// <summary>A package of a model with the one column <c>hour</c>.</summary>
    public static PackagedModel WriteOneColumnPackage(string directory)
    {
        var graph = new ProtobufWriter()
            .Text(2, "delay")
            .Message(1, Node("Gemm", [FeatureSchema.NumericInput, "weights", "bias"], "score", string.Empty))
            .Message(1, Node("Sigmoid", ["score"], "column", string.Empty))
            .Message(1, Node("Reshape", ["column", "flat"], BinaryOutputs.TensorName, string.Empty))
            .Message(5, FloatTensor("weights", [1, 1], [HourWeight]))
            .Message(5, FloatTensor("bias", [1], [Bias]))
            .Message(5, new ProtobufWriter().Number(1, 1).Number(2, Int64Type).Text(8, "flat").Number(7, -1))
            .Message(11, Value(FeatureSchema.NumericInput, FloatType, 1))
            .Message(12, Value(BinaryOutputs.TensorName, FloatType, columns: null));
        var onnx = new ProtobufWriter()
            .Number(1, 8)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, string.Empty).Number(2, 13))
            .ToArray();
        var probability = (float)(1 / (1 + Math.Exp(-(Bias + (HourWeight * 7)))));
        var golden = GoldenRow.Of(new JsonObject { ["hour"] = 7 }, Manifest.Outputs, [probability]);
        return WritePackage(directory, [golden], onnx, new FeatureSchema([Schema.Features[0]]));
    }

    // Zeros in the end, which are added to the score; ONNX Runtime cannot know.
    private static void AddSlowSteps(ProtobufWriter graph, int steps)
    {
        if (steps == 0)
        {
            return;
        }

        graph
            .Message(5, Integers("wide_shape", 4, SlowWidth)).Message(1, Node("ConstantOfShape", ["wide_shape"], "wide", string.Empty))
            .Message(5, Integers("square_shape", SlowWidth, SlowWidth)).Message(1, Node("ConstantOfShape", ["square_shape"], "square", string.Empty))
            .Message(5, Integers("narrow_shape", SlowWidth, 1)).Message(1, Node("ConstantOfShape", ["narrow_shape"], "narrow", string.Empty))
            .Message(1, Node("MatMul", ["row", "wide"], "step0", string.Empty));
        for (var step = 1; step <= steps; step++)
        {
            graph.Message(1, Node("MatMul", [$"step{step - 1}", "square"], $"step{step}", string.Empty));
        }

        graph
            .Message(1, Node("MatMul", [$"step{steps}", "narrow"], "nothing", string.Empty))
            .Message(1, Node("Add", ["quick", "nothing"], "score", string.Empty));
    }

    private static ProtobufWriter Integers(string name, params IEnumerable<long> values) =>
        new ProtobufWriter().Number(1, values.Count()).Number(2, Int64Type).Each(values, (w, v) => w.Number(7, v)).Text(8, name);

    private static ProtobufWriter Encoder(string column, IReadOnlyDictionary<string, float> codes) =>
        Node("LabelEncoder", [column], $"{column}_code", MlDomain, Texts("keys_strings", codes.Keys), Floats("values_floats", codes.Values), Float("default_float", UnseenCode));

    private static ProtobufWriter Node(string type, IEnumerable<string> inputs, string output, string domain, params ProtobufWriter[] attributes) => new ProtobufWriter()
        .Each(inputs, (w, input) => w.Text(1, input))
        .Text(2, output)
        .Text(4, type)
        .Each(attributes, (w, attribute) => w.Message(5, attribute))
        .Text(7, domain);

    private static ProtobufWriter Float(string name, float value) => new ProtobufWriter().Text(1, name).Float(2, value).Number(20, 1);

    private static ProtobufWriter Int(string name, long value) => new ProtobufWriter().Text(1, name).Number(3, value).Number(20, 2);

    private static ProtobufWriter Floats(string name, IEnumerable<float> values) => new ProtobufWriter().Text(1, name).Each(values, (w, v) => w.Float(7, v)).Number(20, 6);

    private static ProtobufWriter Texts(string name, IEnumerable<string> values) => new ProtobufWriter().Text(1, name).Each(values, (w, v) => w.Text(9, v)).Number(20, 8);

    private static ProtobufWriter FloatTensor(string name, IEnumerable<long> dimensions, IEnumerable<float> values) => new ProtobufWriter()
        .Each(dimensions, (w, d) => w.Number(1, d))
        .Number(2, FloatType)
        .Each(values, (w, v) => w.Float(4, v))
        .Text(8, name);

    private static ProtobufWriter Value(string name, int type, int? columns)
    {
        var shape = new ProtobufWriter().Message(1, new ProtobufWriter().Text(2, "N"));
        if (columns is { } count)
        {
            shape.Message(1, new ProtobufWriter().Number(1, count));
        }

        var tensor = new ProtobufWriter().Number(1, type).Message(2, shape);
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor));
    }
}
