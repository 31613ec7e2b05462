namespace Pipeline.ModelPackage.Tests;

internal static partial class TestModel
{
    /// <summary>Writes a package whose model has one column alone: the probability is the logistic function of the hour, or of the origin's code.</summary>
    public static PackagedModel WriteOneColumnPackage(string directory, FeatureKind kind)
    {
        var schema = new FeatureSchema([Schema.Features.First(feature => feature.Kind == kind)]);
        var column = kind == FeatureKind.Numeric ? FeatureSchema.NumericInput : "origin";
        var graph = new ProtobufWriter().Text(2, "delay");
        if (kind == FeatureKind.Categorical)
        {
            graph.Message(1, Encoder("origin", OriginCodes));
        }

        graph.Message(1, Node("Sigmoid", [kind == FeatureKind.Numeric ? column : "origin_code"], "column", string.Empty))
            .Message(1, Node("Reshape", ["column", "flat"], BinaryOutputs.TensorName, string.Empty))
            .Message(5, new ProtobufWriter().Number(1, 1).Number(2, Int64Type).Text(8, "flat").Number(7, -1))
            .Message(11, Value(column, kind == FeatureKind.Numeric ? FloatType : StringType, 1))
            .Message(12, Value(BinaryOutputs.TensorName, FloatType, columns: null));
        var onnx = new ProtobufWriter()
            .Number(1, 8)
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, string.Empty).Number(2, 13))
            .Message(8, new ProtobufWriter().Text(1, MlDomain).Number(2, 3))
            .ToArray();
        System.Text.Json.Nodes.JsonNode value = kind == FeatureKind.Numeric ? 0 : "ATL";
        var probability = Logistic(kind == FeatureKind.Numeric ? 0 : OriginCodes["ATL"]);
        var golden = GoldenRow.Of(new System.Text.Json.Nodes.JsonObject { [schema.Features[0].Name] = value }, Manifest.Outputs, [probability]);
        return WritePackage(directory, [golden], onnx, schema);
    }

    public static float Logistic(double score) => (float)(1 / (1 + Math.Exp(-score)));
}
