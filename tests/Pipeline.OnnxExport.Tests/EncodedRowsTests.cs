using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class EncodedRowsTests
{
    private static readonly FeatureBatch Train = Rows.Of(
        ("hour", new[] { 1f, float.NaN, 3f }), ("origin", new[] { "b", "a", FeatureSchema.MissingCategory }), ("distance", new[] { 9f, 8f, 7f }));

    [Fact]
    public void Rows_are_encoded_in_order_with_their_labels()
    {
        var view = FeatureEncoding.Fit(Train).ToDataView(Train, RowLabels.OfFlags([true, false, true]));

        Features(view).Should().BeEquivalentTo(
            new[] { new[] { 1f, 9, 0, 0, 1, 0 }, new[] { 1f, 8, 1, 1, 0, 0 }, new[] { 3f, 7, 0, 0, 0, 1 } },
            options => options.WithStrictOrdering());
        view.GetColumn<bool>("Label").Should().Equal(true, false, true);
        view.GetRowCount().Should().Be(3);
    }

    [Fact]
    public void Values_that_training_did_not_see_set_no_slot()
    {
        var encoding = FeatureEncoding.Fit(Train);
        var rows = Rows.Of(("hour", new[] { 2f }), ("origin", new[] { "c" }), ("distance", new[] { float.NaN }));

        Features(encoding.ToDataView(rows)).Single().Should().Equal(2, 8, 0, 0, 0, 0);
    }

    [Fact]
    public void Values_that_were_grouped_and_values_never_seen_set_the_slot_of_other_values_and_missing_ones_do_not()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("c", new[] { "a", "a", "b", "c" })), maxCategories: 1);
        var rows = Rows.Of(("c", new[] { "a", "b", "c", "never", "", FeatureSchema.MissingCategory }));

        Features(encoding.ToDataView(rows)).Should().BeEquivalentTo(
            new[] { new[] { 1f, 0 }, new[] { 0f, 1 }, new[] { 0f, 1 }, new[] { 0f, 1 }, new[] { 0f, 1 }, new[] { 0f, 0 } },
            options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_row_in_which_every_slot_is_set_is_a_dense_vector()
    {
        var rows = Rows.Of(("x", new[] { 5f, 6f }), ("c", new[] { "only", "only" }));

        Features(FeatureEncoding.Fit(rows).ToDataView(rows)).Should().BeEquivalentTo(new[] { new[] { 5f, 1 }, new[] { 6f, 1 } });
    }

    [Fact]
    public void Indicators_and_categories_are_not_standardised()
    {
        var encoding = FeatureEncoding.Fit(Train).Standardized();

        Features(encoding.ToDataView(Train)).Should().OnlyContain(row => row.Skip(2).All(v => v == 0 || v == 1));
        encoding.IsStandardized.Should().BeTrue();
    }

    [Fact]
    public void Rows_are_never_cut_over_threads()
    {
        var view = FeatureEncoding.Fit(Train).ToDataView(Train);

        var cursors = view.GetRowCursorSet(view.Schema, 8);

        cursors.Should().ContainSingle();
        cursors[0].Dispose();
    }

    [Fact]
    public void Rows_of_other_columns_are_refused()
    {
        var view = () => FeatureEncoding.Fit(Train).ToDataView(Rows.Of(("hour", new[] { 1f })));

        view.Should().Throw<ArgumentException>().WithMessage("The rows have the columns*the encoding was fitted to*");
    }

    [Fact]
    public void Labels_must_be_as_many_as_rows()
    {
        var view = () => FeatureEncoding.Fit(Train).ToDataView(Train, RowLabels.OfFlags([true]));

        view.Should().Throw<ArgumentException>().WithMessage("1 labels were given for 3 rows.*");
    }

    private static float[][] Features(IDataView view) => [.. view.GetColumn<VBuffer<float>>("Features").Select(v => v.DenseValues().ToArray())];
}
