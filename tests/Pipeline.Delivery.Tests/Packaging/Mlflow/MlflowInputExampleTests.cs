using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Packaging.Mlflow;

public sealed class MlflowInputExampleTests
{
    private static readonly FeatureSchema Schema = new(
    [
        new Feature("hour", FeatureKind.Numeric, AllowsMissing: true),
        new Feature("origin", FeatureKind.Categorical, AllowsMissing: true, Categories: ["ATL"]),
        new Feature("distance", FeatureKind.Numeric, AllowsMissing: true),
    ]);

    private static FeatureBatch Rows => new(Schema, 2, [0.1f, float.NaN, -1e-7f, 500], [["ATL", FeatureSchema.MissingCategory]]);

    [Fact]
    public void Each_input_of_the_graph_has_a_row_for_each_row_and_what_is_missing_as_the_graph_has_it()
    {
        var graph = new GraphSignature([new("origin", TensorElementType.String, [-1, 1]), new(FeatureSchema.NumericInput, TensorElementType.Float, [-1, 2])], []);

        MlflowInputExample.Of(graph, Rows).ToJsonString().Should().Be("""{"origin":[["ATL"],["\uFFFF"]],"numeric_features":[[0.1,null],[-1E-07,500]]}""");
    }

    [Fact]
    public void An_input_that_is_no_column_is_named()
    {
        var graph = new GraphSignature([new("colour", TensorElementType.String, [-1, 1])], []);

        FluentActions.Invoking(() => MlflowInputExample.Of(graph, Rows)).Should().Throw<InvalidDataException>().WithMessage("*'colour'*");
    }
}
