namespace Pipeline.ModelPackage.Tests;

public sealed class OnnxScorerTests
{
    [Fact]
    public void Rows_get_the_formulas_probabilities_with_missing_and_unseen_values_among_them()
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");
        var batch = Batch((7, "ATL", 500, "LAX"), (22, "nowhere", null, null));

        var probabilities = scorer.Score(batch, TestContext.Current.CancellationToken);

        probabilities[0].Should().BeApproximately(TestModel.Probability(7, "ATL", 500, "LAX"), 1e-6f);
        probabilities[1].Should().BeApproximately(TestModel.Probability(22, "nowhere", null, null), 1e-6f);
    }

    [Fact]
    public void More_rows_than_one_run_takes_keep_their_order()
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");
        var rows = Enumerable.Range(0, 40_000).Select(i => ((double)(i % 24), i % 2 == 0 ? "ATL" : "ORD", (double?)(i % 4000), (string?)"DEN")).ToArray();

        var probabilities = scorer.Score(Batch(rows), CancellationToken.None);

        probabilities.Should().HaveCount(rows.Length);
        for (var i = 0; i < rows.Length; i += 997)
        {
            probabilities[i].Should().BeApproximately(TestModel.Probability(rows[i].Item1, rows[i].Item2, rows[i].Item3, rows[i].Item4), 1e-5f);
        }
    }

    [Fact]
    public void No_rows_give_no_probabilities()
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");

        scorer.Score(new FeatureBatch(TestModel.Schema, 0), CancellationToken.None).Should().BeEmpty();
    }

    [Fact]
    public void Many_threads_score_through_one_scorer()
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");

        Parallel.For(0, 200, i =>
        {
            var expected = TestModel.Probability(i % 24, "ORD", i, "LAX");
            scorer.Score(Batch((i % 24, "ORD", i, "LAX")), CancellationToken.None)[0].Should().BeApproximately(expected, 1e-6f);
        });
    }

    [Fact]
    public async Task A_cancelled_call_throws()
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var score = () => scorer.Score(Batch((1, "ATL", 1, "LAX")), cancelled.Token);

        score.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Bytes_that_are_no_graph_are_refused_with_their_origin()
    {
        var load = () => OnnxScorer.Load([1, 2, 3], TestModel.Schema, "broken.onnx");

        load.Should().Throw<InvalidDataException>().WithMessage("ONNX Runtime cannot load broken.onnx*");
    }

    [Fact]
    public void A_graph_with_other_inputs_than_the_schema_is_refused()
    {
        var schema = new FeatureSchema([.. TestModel.Schema.Features.Take(3), new Feature("carrier", FeatureKind.Categorical, AllowsMissing: false)]);

        var load = () => OnnxScorer.Load(TestModel.Onnx(), schema, "test");

        load.Should().Throw<InvalidDataException>().WithMessage("*takes the inputs [destination: String, *the schema has [carrier: String, *");
    }

    [Fact]
    public void A_graph_without_the_probability_is_refused()
    {
        var load = () => OnnxScorer.Load(TestModel.Onnx(outputName: "score_of_it"), TestModel.Schema, "test");

        load.Should().Throw<InvalidDataException>().WithMessage("*no output 'probability' or 'prediction' of type Float [N], and no output 'probabilities' of type Float [N, classes] (it has [score_of_it: Float **");
    }

    private static FeatureBatch Batch(params (double Hour, string Origin, double? Distance, string? Destination)[] rows)
    {
        var batch = new FeatureBatch(TestModel.Schema, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            batch.Numeric[2 * row] = (float)rows[row].Hour;
            batch.Numeric[(2 * row) + 1] = (float?)rows[row].Distance ?? float.NaN;
            batch.Categories[0][row] = rows[row].Origin;
            batch.Categories[1][row] = rows[row].Destination ?? FeatureSchema.MissingCategory;
        }

        return batch;
    }
}
