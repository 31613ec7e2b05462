using Google.Protobuf;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>Says plainly that a graph was made for a newer ONNX Runtime; its own message speaks of development builds and a switch.</summary>
internal static class NewerGraph
{
    /// <param name="onnx">The graph's bytes.</param>
    /// <param name="origin">Where the bytes are from.</param>
    /// <param name="message">What ONNX Runtime says.</param>
    /// <returns>Null if it is about something else.</returns>
    public static string? Explain(byte[] onnx, string origin, string message)
    {
        var isOpset = message.Contains("opset", StringComparison.OrdinalIgnoreCase);
        if (!isOpset && !message.Contains("IR version", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var asked = isOpset ? $"the operator sets {OpsetsOf(onnx)}" : $"version {ModelProto.Parser.ParseFrom(onnx).IrVersion} of the ONNX format";
        return $"{origin} asks for {asked}; ONNX Runtime {OnnxRuntimeEnvironment.Version} does not know them. Export the model for older ones, or serve it with a newer service. ({message})";
    }

    private static string OpsetsOf(byte[] onnx)
    {
        try
        {
            return string.Join(", ", ModelProto.Parser.ParseFrom(onnx).OpsetImport.Select(opset => $"{(opset.Domain.Length == 0 ? "ai.onnx" : opset.Domain)} {opset.Version}"));
        }
        catch (InvalidProtocolBufferException)
        {
            return "that it names";
        }
    }
}
