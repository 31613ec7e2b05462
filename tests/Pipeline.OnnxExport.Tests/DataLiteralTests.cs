using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class DataLiteralTests
{
    [Fact]
    public void A_training_set_is_written_as_it_can_be_compiled()
    {
        var rows = Rows.Of(("x", new[] { 0.1f, float.NaN, -0f }), ("c \"d\"", new[] { "é", FeatureSchema.MissingCategory, "a\\\n" }));

        DataLiteral.Of(rows, RowLabels.OfClasses([0, 1, 0], ["", "b"])).Should().Be(
            """Rows.Of(("x", new float[] { 0.1f, float.NaN, -0f }), ("c \"d\"", new string[] { "\u00E9", "\uFFFF", "a\\\u000A" })) with the labels RowLabels.OfClasses([0, 1, 0], ["", "b"])""");
    }
}
