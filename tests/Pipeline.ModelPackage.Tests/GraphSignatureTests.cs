using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage.Tests;

public sealed class GraphSignatureTests : IDisposable
{
    private const int FloatType = 1;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Inputs_and_outputs_are_those_that_ONNX_Runtime_reports_in_the_graphs_order()
    {
        File.WriteAllBytes(_path, TestModel.Onnx());
        using var session = new InferenceSession(_path);

        var graph = GraphSignature.Read(_path);

        graph.Inputs.Select(tensor => tensor.Name).Should().Equal(FeatureSchema.NumericInput, "origin", "destination");
        graph.Inputs.Select(Describe).Should().BeEquivalentTo(session.InputMetadata.Select(Describe));
        graph.Outputs.Select(Describe).Should().Equal(session.OutputMetadata.Select(Describe));
        graph.Outputs.Should().ContainSingle().Which.Shape.Should().Equal(-1);
    }

    [Fact]
    public void A_constant_that_is_named_among_the_inputs_is_none()
    {
        Write(new ProtobufWriter().Message(5, new ProtobufWriter().Number(1, 1).Number(2, FloatType).Text(8, "weights")).Message(11, Tensor("weights")).Message(11, Tensor("row")).Message(12, Tensor("answer")));

        GraphSignature.Read(_path).Inputs.Select(tensor => tensor.Name).Should().Equal("row");
    }

    [Fact]
    public void What_is_no_tensor_of_a_declared_shape_is_named()
    {
        Write(new ProtobufWriter().Message(12, new ProtobufWriter().Text(1, "answers")));

        Reading().Should().Throw<InvalidDataException>().WithMessage($"{_path} declares 'answers' as something else than a tensor*");
    }

    [Fact]
    public void A_file_that_is_no_model_is_named()
    {
        File.WriteAllText(_path, "not a model");
        Reading().Should().Throw<InvalidDataException>().WithMessage($"{_path} is no ONNX model*");

        File.WriteAllText(_path, string.Empty);
        Reading().Should().Throw<InvalidDataException>().WithMessage($"{_path} holds no graph.");
    }

    private static ProtobufWriter Tensor(string name)
    {
        var shape = new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, 1));
        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, FloatType).Message(2, shape)));
    }

    private Func<GraphSignature> Reading() => () => GraphSignature.Read(_path);

    private void Write(ProtobufWriter graph) => File.WriteAllBytes(_path, new ProtobufWriter().Number(1, 8).Message(7, graph).ToArray());

    private static string Describe(GraphTensor tensor) => $"{tensor.Name}: {tensor.Type} [{string.Join(',', tensor.Shape)}]";

    private static string Describe(KeyValuePair<string, NodeMetadata> tensor) => $"{tensor.Key}: {tensor.Value.ElementDataType} [{string.Join(',', tensor.Value.Dimensions)}]";
}
