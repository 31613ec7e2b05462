using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.ModelPackage;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Delivery.Tests.Packaging.Mlflow;

public sealed class MlmodelFileTests
{
    private static readonly GraphTensor Probability = new("probability", TensorElementType.Float, [-1]);

    private static readonly Manifest Manifest = new(
        Manifest.CurrentSchemaVersion,
        "delay",
        "binary",
        "lightgbm",
        new FeatureSchema([]),
        new BinaryOutputs("late: yes", "it's \"on time\"", 0.35f),
        new Dictionary<string, double?>(),
        Digest.OfText("data"),
        Digest.OfText("definition"),
        Digest.OfText("code"),
        new Dictionary<string, string> { ["Microsoft.ML.OnnxRuntime"] = "1.31.1", ["Microsoft.ML"] = "5.0.0" },
        []);

    [Fact]
    public void Its_text_and_that_of_the_environments_are_as_reviewed()
    {
        var graph = new GraphSignature([new("numeric_features", TensorElementType.Float, [-1, 3]), new("origin", TensorElementType.String, [-1, 1])], [Probability]);

        Snapshot.ShouldBe("MLmodel", YamlFile.TextOf(MlmodelFile.Of(Manifest, Digest.OfText("model"), graph)));
        Snapshot.ShouldBe("conda.yaml", YamlFile.TextOf(MlflowEnvironment.CondaEnvironment()));
        Snapshot.ShouldBe("python_env.yaml", YamlFile.TextOf(MlflowEnvironment.VirtualEnvironment()));
        Snapshot.ShouldBe("requirements.txt", MlflowEnvironment.RequirementsText);
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("\"quoted\"")]
    [InlineData("a: b")]
    [InlineData("größe \u2028 \U0001F6EB # {x} \\n")]
    public void Columns_and_labels_of_any_name_survive_YAML_and_the_JSON_within(string name)
    {
        var graph = new GraphSignature([new(name, TensorElementType.String, [-1, 1])], [Probability]);
        var manifest = Manifest with { Outputs = new BinaryOutputs(name, "other", 0.5f) };

        var file = Parse(YamlFile.TextOf(MlmodelFile.Of(manifest, Digest.OfText("model"), graph)));

        ((string?)file["metadata"]["positive_label"]).Should().Be(name);
        ((string?)JsonNode.Parse((string)file["signature"]["inputs"]!)![0]!["name"]).Should().Be(name);
    }

    [Fact]
    public void Each_output_of_several_classes_or_of_a_number_has_its_own_type_and_shape()
    {
        var graph = new GraphSignature([], [new("label", TensorElementType.Int64, [-1]), new("probabilities", TensorElementType.Float, [-1, 4]), new("value", TensorElementType.Double, [-1, 1])]);

        var outputs = JsonNode.Parse((string)MlflowSignature.Of(graph)["outputs"]!)!.AsArray();

        outputs.Select(output => $"{output!["name"]} {output["tensor-spec"]!["dtype"]} {output["tensor-spec"]!["shape"]!.ToJsonString()}").Should()
            .Equal("label int64 [-1]", "probabilities float32 [-1,4]", "value float64 [-1,1]");
    }

    [Fact]
    public void A_tensor_that_numpy_has_no_type_for_is_named()
    {
        var graph = new GraphSignature([], [new("odd", TensorElementType.BFloat16, [-1])]);

        FluentActions.Invoking(() => MlflowSignature.Of(graph)).Should().Throw<NotSupportedException>().WithMessage("*'odd'*BFloat16*");
    }

    private static YamlNode Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Should().ContainSingle().Subject.RootNode;
    }
}
