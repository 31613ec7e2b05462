using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>What a graph takes and gives, as its file declares it, in the file's order.</summary>
/// <param name="Inputs">What it takes.</param>
/// <param name="Outputs">What it gives.</param>
public sealed record GraphSignature(IReadOnlyList<GraphTensor> Inputs, IReadOnlyList<GraphTensor> Outputs)
{
    /// <exception cref="InvalidDataException">The file is no ONNX model, or has an input or output that is no tensor of a declared shape.</exception>
    public static GraphSignature Read(string onnxPath)
    {
        var graph = Parse(onnxPath).Graph ?? throw new InvalidDataException($"{onnxPath} holds no graph.");

        // The format's first versions name constants among the inputs.
        var constants = graph.Initializer.Select(constant => constant.Name).ToHashSet(StringComparer.Ordinal);
        return new GraphSignature(
            [.. graph.Input.Where(input => !constants.Contains(input.Name)).Select(input => TensorOf(input, onnxPath))],
            [.. graph.Output.Select(output => TensorOf(output, onnxPath))]);
    }

    private static ModelProto Parse(string onnxPath)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(File.ReadAllBytes(onnxPath));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"{onnxPath} is no ONNX model: {e.Message}", e);
        }
    }

    // The two enumerations have the same numbers.
    private static GraphTensor TensorOf(ValueInfoProto value, string onnxPath) => value.Type?.TensorType is { ElemType: not 0, Shape: { } shape } type
        ? new GraphTensor(value.Name, (TensorElementType)type.ElemType, [.. shape.Dim.Select(LengthOf)])
        : throw new InvalidDataException($"{onnxPath} declares '{value.Name}' as something else than a tensor of a known shape.");

    private static long LengthOf(TensorShapeProto.Types.Dimension dimension) =>
        dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dimension.DimValue : -1;
}
