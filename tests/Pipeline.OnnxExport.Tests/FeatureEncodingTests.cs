using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class FeatureEncodingTests
{
    private const string Missing = FeatureSchema.MissingCategory;

    [Fact]
    public void Slots_are_numbers_then_indicators_then_categories_in_ordinal_order_with_missing_last()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(
            ("origin", new[] { "b", "B", Missing, "é", "a" }),
            ("hour", new[] { 1f, float.NaN, 3, 4, 5 }),
            ("carrier", new[] { "x", "x", "x", "x", "x" }),
            ("distance", new[] { 9f, 8, 7, 6, 5 })));

        encoding.SlotNames.Should().Equal(
            "hour", "distance", "hour is missing", "origin=B", "origin=a", "origin=b", "origin=é", "origin is missing", "carrier=x");
        encoding.Width.Should().Be(9);
    }

    [Fact]
    public void The_schema_keeps_the_columns_order_and_says_what_training_saw()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(
            ("origin", new[] { "b", Missing, "a" }),
            ("hour", new[] { 1f, float.NaN, 3 }),
            ("distance", new[] { 9f, -8, 7 })));

        encoding.Schema.Features.Should().BeEquivalentTo(
            [
                new Feature("origin", FeatureKind.Categorical, AllowsMissing: true, Categories: ["a", "b"]),
                new Feature("hour", FeatureKind.Numeric, AllowsMissing: true, Minimum: 1, Maximum: 3),
                new Feature("distance", FeatureKind.Numeric, AllowsMissing: false, Minimum: -8, Maximum: 9),
            ],
            options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData(new[] { 5f, 1f, 3f }, 3f)]
    [InlineData(new[] { 4f, 1f, 3f, 2f }, 2f)]
    [InlineData(new[] { float.NaN, 7f, float.NaN }, 7f)]
    [InlineData(new[] { float.NaN, float.NaN }, 0f)]
    public void A_missing_number_becomes_the_lower_median_of_those_present(float[] training, float fill)
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("x", training)));

        encoding.Numeric[0].Encode(float.NaN, standardize: false).Should().Be(fill);
    }

    [Fact]
    public void A_column_that_is_always_missing_has_no_bounds()
    {
        var feature = FeatureEncoding.Fit(Rows.Of(("x", new[] { float.NaN }))).Schema.Features[0];

        feature.AllowsMissing.Should().BeTrue();
        feature.Minimum.Should().BeNull();
        feature.Maximum.Should().BeNull();
    }

    [Fact]
    public void Standardised_numbers_have_mean_0_and_deviation_1_and_end_at_100()
    {
        var column = FeatureEncoding.Fit(Rows.Of(("x", new[] { 2f, 4f, 4f, 4f, 5f, 5f, 7f, 9f }))).Numeric[0];

        column.Encode(5, standardize: true).Should().Be(0);
        column.Encode(7, standardize: true).Should().Be(1);
        column.Encode(1e30f, standardize: true).Should().Be(100);
        column.Encode(float.NegativeInfinity, standardize: true).Should().Be(-100);
    }

    [Fact]
    public void A_constant_column_standardises_to_zero()
    {
        var column = FeatureEncoding.Fit(Rows.Of(("x", new[] { 0.1f, 0.1f, 0.1f }))).Numeric[0];

        column.Encode(0.1f, standardize: true).Should().Be(0);
    }

    [Fact]
    public void Fitting_does_not_depend_on_which_zero_comes_first()
    {
        var one = FeatureEncoding.Fit(Rows.Of(("x", new[] { -0f, 0f, 0f }))).Numeric[0];
        var other = FeatureEncoding.Fit(Rows.Of(("x", new[] { 0f, 0f, -0f }))).Numeric[0];

        BitConverter.SingleToInt32Bits(one.Fill).Should().Be(BitConverter.SingleToInt32Bits(other.Fill));
    }

    [Fact]
    public void Of_more_values_than_allowed_the_most_frequent_are_kept_and_the_rest_share_a_slot()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("c", new[] { "d", "c", "b", "a", "a", Missing, Missing, Missing, "c" })), maxCategories: 3);

        encoding.SlotNames.Should().Equal("c=a", "c=b", "c=c", "c is missing", "c=other values");
        encoding.Schema.Features[0].Should().BeEquivalentTo(new Feature("c", FeatureKind.Categorical, AllowsMissing: true, Categories: ["a", "b", "c"], OtherValues: 1), "'b' and 'd' are as frequent, and 'b' comes first");
    }

    [Fact]
    public void As_many_values_as_allowed_need_no_slot_for_others()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("c", new[] { "a", "b", Missing })), maxCategories: 2);

        encoding.SlotNames.Should().Equal("c=a", "c=b", "c is missing");
        encoding.Schema.Features[0].OtherValues.Should().BeNull();
    }

    [Fact]
    public void The_cap_is_one_columns_own()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("c", new[] { "a", "b", "a" }), ("d", new[] { "x", "x", "x" })), maxCategories: 1);

        encoding.SlotNames.Should().Equal("c=a", "c=other values", "d=x");
    }

    [Fact]
    public void No_category_at_all_is_no_cap()
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of(("c", new[] { "a" })), maxCategories: 0);

        fit.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("maxCategories");
    }

    [Fact]
    public void A_category_column_that_is_always_missing_has_one_slot()
    {
        var encoding = FeatureEncoding.Fit(Rows.Of(("c", new[] { Missing, Missing })), maxCategories: 1);

        encoding.SlotNames.Should().Equal("c is missing");
        encoding.Schema.Features[0].Categories.Should().BeEmpty();
    }

    [Fact]
    public void Rows_beyond_the_batchs_count_are_not_learned_from()
    {
        var rows = Rows.Of(("c", new[] { "a", "b" }), ("x", new[] { 1f, 2f }));

        var encoding = FeatureEncoding.Fit(new FeatureBatch(rows.Schema, 1, rows.Numeric, rows.Categories));

        encoding.SlotNames.Should().Equal("x", "c=a");
    }

    [Fact]
    public void No_columns_are_refused()
    {
        var fit = () => FeatureEncoding.Fit(new FeatureBatch(new FeatureSchema([]), 3));

        fit.Should().Throw<InvalidDataException>().WithMessage("There is no feature column*");
    }

    [Fact]
    public void No_rows_are_refused()
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of(("x", Array.Empty<float>())));

        fit.Should().Throw<InvalidDataException>().WithMessage("There are no training rows*");
    }

    [Fact]
    public void An_infinite_training_value_is_refused_with_its_column_and_row()
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of(("a", new[] { 1f, 2f }), ("b", new[] { 1f, float.NegativeInfinity })));

        fit.Should().Throw<InvalidDataException>().WithMessage("Column 'b' is infinite in training row 1.*");
    }

    [Fact]
    public void A_category_that_is_not_Unicode_is_refused_with_its_column_and_row()
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of(("c", new[] { "fine", "\uD800" })));

        fit.Should().Throw<InvalidDataException>().WithMessage("Column 'c' has the value*in training row 1*");
    }

    [Theory]
    [InlineData("probability")]
    [InlineData("numeric_features")]
    public void A_categorical_column_may_not_bear_the_name_of_a_tensor_of_the_graph(string name)
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of((name, new[] { "a" })));

        fit.Should().Throw<InvalidDataException>().WithMessage($"*'{name}' is reserved*");
    }

    [Fact]
    public void A_numeric_column_may_bear_any_name() =>
        FeatureEncoding.Fit(Rows.Of(("probability", new[] { 1f }))).Width.Should().Be(1);

    [Fact]
    public void Two_columns_of_one_name_are_refused()
    {
        var fit = () => FeatureEncoding.Fit(Rows.Of(("x", new[] { 1f }), ("x", new[] { "a" })));

        fit.Should().Throw<InvalidDataException>().WithMessage("There are two feature columns named 'x'.");
    }
}
