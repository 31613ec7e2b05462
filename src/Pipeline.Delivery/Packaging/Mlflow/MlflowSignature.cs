using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>
/// A graph's inputs and outputs as MLflow's tensor signature, by the graph's own names. With a signature of columns, MLflow would give tensors of rank 1 to a graph that takes [N, 1].
/// </summary>
internal static class MlflowSignature
{
    /// <summary>Three JSON texts, as MLflow keeps them within its YAML.</summary>
    /// <exception cref="NotSupportedException">A tensor has elements that numpy does not know.</exception>
    public static JsonObject Of(GraphSignature graph) => new()
    {
        ["inputs"] = TextOf(graph.Inputs),
        ["outputs"] = TextOf(graph.Outputs),
        ["params"] = null,
    };

    private static string TextOf(IEnumerable<GraphTensor> tensors) => new JsonArray([.. tensors.Select(SpecOf)]).ToJsonString();

    private static JsonObject SpecOf(GraphTensor tensor) => new()
    {
        ["name"] = tensor.Name,
        ["type"] = "tensor",
        ["tensor-spec"] = new JsonObject
        {
            ["dtype"] = NumpyTypeOf(tensor),
            ["shape"] = new JsonArray([.. tensor.Shape.Select(length => JsonValue.Create(length))]),
        },
    };

    private static string NumpyTypeOf(GraphTensor tensor) => tensor.Type switch
    {
        TensorElementType.String => "str",
        TensorElementType.Bool => "bool",
        TensorElementType.Float16 => "float16",
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        TensorElementType.Int8 => "int8",
        TensorElementType.Int16 => "int16",
        TensorElementType.Int32 => "int32",
        TensorElementType.Int64 => "int64",
        TensorElementType.UInt8 => "uint8",
        TensorElementType.UInt16 => "uint16",
        TensorElementType.UInt32 => "uint32",
        TensorElementType.UInt64 => "uint64",
        _ => throw new NotSupportedException($"MLflow has no signature for '{tensor.Name}': numpy has no type for {tensor.Type}."),
    };
}
