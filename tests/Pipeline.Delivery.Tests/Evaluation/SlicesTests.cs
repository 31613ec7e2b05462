using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Evaluation;

/// <summary>Slices, groups, baselines and importance in the evaluation of the small model.</summary>
public sealed class SlicesTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Slices_have_the_metrics_of_their_rows_and_small_ones_none()
    {
        var definition = With(new SliceSettings("colour", "colour", null), new SliceSettings("small", null, "amount < 20 -- cheap"), new SliceSettings("none", null, "amount < 0"));

        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync(definition);

        var test = dataset.Read(DataSplit.Test, Token);
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);
        var probabilities = Array.ConvertAll(scorer.Score(test.Features, Token), p => (double)p);
        var colours = test.Features.Categories[test.Features.Schema.Categorical.Select(feature => feature.Name).ToList().IndexOf("colour")];
        var slices = evaluation.Report.Slices;
        slices.Select(slice => slice.Of).Should().Equal("colour", "colour", "colour", "small", "none");
        foreach (var colour in new[] { "red", "green", "blue" })
        {
            int[] rows = [.. Enumerable.Range(0, colours.Length).Where(row => colours[row] == colour)];
            var wanted = MetricEstimates.Values(BinarySample.Of([.. rows.Select(row => test.Labels.Flags[row])], [.. rows.Select(row => probabilities[row])], 0.5));
            var slice = slices.Single(slice => slice.Name == $"colour = {colour}");
            slice.Rows.Should().Be(rows.Length);
            slice.Positives.Should().Be(rows.Count(row => test.Labels.Flags[row]));
            slice.Metrics!.ToDictionary(metric => metric.Key, metric => metric.Value.Value).Should().Equal(wanted);
        }

        var amounts = test.Features.Schema.Numeric.Select(feature => feature.Name).ToList().IndexOf("amount");
        slices[3].Rows.Should().Be(Enumerable.Range(0, test.Labels.Flags.Length).Count(row => test.Features.Numeric[(row * test.Features.Schema.Numeric.Count) + amounts] < 20));
        slices[4].Should().BeEquivalentTo(new { Rows = 0, Metrics = (object?)null });
    }

    [Fact]
    public async Task Where_the_model_is_worst_is_found_by_itself()
    {
        var (_, _, evaluation) = await _stages.EvaluateAsync(With());

        var worst = evaluation.Report.WorstSlices!;
        worst.Found[0].Name.Should().StartWith("amount ", "bids in the middle are won by chance");
        worst.Found[0].Loss.Should().BeGreaterThan(worst.Found[0].RestLoss);
        worst.Found.Should().BeInDescendingOrder(found => found.EffectSize).And.OnlyContain(found => found.AdjustedPValue <= 0.05 && found.Rows >= 50);
        worst.Rows.Should().Be(290);
    }

    [Fact]
    public async Task No_search_is_made_where_none_is_wanted()
    {
        var (_, _, evaluation) = await _stages.EvaluateAsync(_stages.Definition with { Evaluation = EvaluationSettings.Default with { WorstSlices = 0 } });

        evaluation.Report.WorstSlices.Should().BeNull();
    }

    [Fact]
    public async Task Attributes_are_no_features_and_make_slices()
    {
        var definition = With(new SliceSettings("shop", "shop", null)) with { Data = _stages.Definition.Data with { Attributes = ["shop"] } };
        var dataset = await _stages.PrepareAsync(definition);
        var plain = await _stages.PrepareAsync();

        dataset.Schema.Features.Select(feature => feature.Name).Should().Equal("amount", "discount", "colour");
        dataset.Summary.Attributes.Should().ContainSingle().Which.Name.Should().Be("shop");
        dataset.Digest.Should().NotBe(plain.Digest);
        var shops = new SliceReader(dataset, definition).Declared(Token);
        shops.Select(shop => shop.Name).Should().BeEquivalentTo("shop = north", "shop = south");
        shops.Sum(shop => shop.Rows.Count).Should().Be(290);
        new SliceReader(plain, definition).Declared(Token).Select(shop => shop.Rows.Count).Should().BeEquivalentTo(shops.Select(shop => shop.Rows.Count), "the rows are the same");
    }

    [Theory]
    [InlineData("colour", null, null)]
    [InlineData("day", null, null)]
    [InlineData("colur", null, "'colur' is not a column of the dataset; did you mean 'colour'?")]
    [InlineData(null, "amount > 3 AND colour = 'red'", null)]
    [InlineData(null, "amount + 1", "the condition of 'part' is of type FLOAT; it must be true or false for a row, such as hour > 20")]
    [InlineData(null, "amont > 3", "the condition of 'part' fails: *amont*")]
    [InlineData(null, "amount > avg(amount) OVER (PARTITION BY colour)", "the condition of 'part' fails: *window functions*")]
    [InlineData(null, "count(*) > 5", "the condition of 'part' fails: *aggregates*")]
    [InlineData(null, "unnest([true, false])", "the condition of 'part' fails: *")]
    [InlineData(null, "amount >", "the condition of 'part' fails: *")]
    [InlineData(null, "1 IN (SELECT 1 FROM read_csv('/etc/passwd'))", "the condition of 'part' fails: *")]
    public async Task A_slice_that_cannot_be_had_is_told_before_training(string? column, string? where, string? fault)
    {
        var dataset = await _stages.PrepareAsync();

        var check = () => new SliceReader(dataset, With(new SliceSettings(column ?? "part", column, where))).Check(Token);

        if (fault is null)
        {
            check.Should().NotThrow();
            return;
        }

        check.Should().Throw<PipelineException>().WithMessage($"evaluation.slices of model bids cannot be had:\n  {fault}").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task Baselines_are_the_share_of_positives_of_all_rows_and_by_the_best_feature()
    {
        var (dataset, _, evaluation) = await _stages.EvaluateAsync();

        var train = dataset.Read(DataSplit.Train, Token);
        var test = dataset.Read(DataSplit.Test, Token);
        var share = (double)train.Labels.Flags.Count(label => label) / train.Labels.Flags.Length;
        var baselines = evaluation.Report.Baselines.ToDictionary(baseline => baseline.Name);
        baselines[BaselineNames.Prior].Feature.Should().BeNull();
        baselines[BaselineNames.Prior].Metrics[BinaryMetricNames.RocAuc].Should().Be(0.5);
        baselines[BaselineNames.Prior].Metrics[BinaryMetricNames.Brier].Should().BeApproximately(test.Labels.Flags.Average(label => Math.Pow(share - (label ? 1 : 0), 2)), 1e-12);
        baselines[BaselineNames.OneFeature].Feature.Should().Be("amount");
        baselines[BaselineNames.OneFeature].Metrics[BinaryMetricNames.RocAuc].Should().BeGreaterThan(0.85, "whether a bid is won follows from its amount");
    }

    [Fact]
    public async Task The_feature_that_decides_is_the_most_important_and_its_interval_is_above_nothing()
    {
        var (_, _, evaluation) = await _stages.EvaluateAsync();

        var importance = evaluation.Report.Importance;
        importance.Select(feature => feature.Feature).Should().BeEquivalentTo("amount", "discount", "colour", "shop");
        importance.Should().BeInDescendingOrder(feature => feature.Loss);
        importance[0].Feature.Should().Be("amount");
        importance[0].Loss.Should().BeInRange(0.3, 0.6, "without it the model guesses");
        importance[0].Interval!.Low.Should().BeGreaterThan(0.2).And.BeLessThan(importance[0].Loss);
        importance[^1].Interval!.Low.Should().BeLessThanOrEqualTo(0.01);
    }

    [Fact]
    public async Task Of_a_column_of_many_values_every_row_whose_value_can_be_judged_is_in_a_slice()
    {
        var definition = _stages.WithQuery("SELECT amount, discount, colour, won, day, CAST(amount AS VARCHAR) AS price FROM source");
        definition = definition with { Data = definition.Data with { Attributes = ["price"] }, Evaluation = EvaluationSettings.Default with { Slices = [new SliceSettings("price", "price", null)], MinSliceRows = 1 } };

        var slices = new SliceReader(await _stages.PrepareAsync(definition), definition).Declared(Token);

        slices.Should().HaveCountGreaterThan(100);
        slices.Sum(slice => slice.Rows.Count).Should().Be(290);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Of_one_row_of_a_class_no_importance_can_be_said(int positives)
    {
        var (dataset, candidate, _) = await _stages.EvaluateAsync();
        var test = dataset.Read(DataSplit.Test, Token);
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);

        PermutationImportance.Of(scorer, test with { Labels = RowLabels.OfFlags([.. test.Labels.Flags.Select((_, row) => row < positives)]) }, new BinaryOutputs("won", "lost", 0.5f), Token).Should().BeEmpty();
        PermutationImportance.Of(scorer, test with { Labels = RowLabels.OfFlags([.. test.Labels.Flags.Select((_, row) => row >= positives)]) }, new BinaryOutputs("won", "lost", 0.5f), Token).Should().BeEmpty();
        PermutationImportance.Of(scorer, test with { Labels = RowLabels.OfFlags([.. test.Labels.Flags.Select((_, row) => row < 2)]) }, new BinaryOutputs("won", "lost", 0.5f), Token).Should().HaveCount(4);
    }

    [Fact]
    public async Task A_condition_with_a_subquery_is_of_the_rows_in_their_order()
    {
        var dataset = await _stages.PrepareAsync();
        var test = dataset.Read(DataSplit.Test, Token);
        var amounts = test.Features.Schema.Numeric.Select(feature => feature.Name).ToList().IndexOf("amount");

        var slice = new SliceReader(dataset, With(new SliceSettings("part", null, "(SELECT max(x) FROM unnest([amount, 30]) t(x)) > 30"))).Declared(Token).Single();

        slice.Rows.Should().Equal(Enumerable.Range(0, test.Labels.Flags.Length).Where(row => test.Features.Numeric[(row * test.Features.Schema.Numeric.Count) + amounts] > 30));
    }

    [Fact]
    public async Task Each_row_of_a_rare_class_counts_for_importance()
    {
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();
        var test = dataset.Read(DataSplit.Test, Token);
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);
        int[] positives = [.. Enumerable.Range(0, test.Labels.Flags.Length).Where(row => test.Labels.Flags[row])];
        int[] negatives = [.. Enumerable.Range(0, test.Labels.Flags.Length).Where(row => !test.Labels.Flags[row])];

        // Thirty of thirty thousand, at places that an even choice of every third row does not meet.
        int[] rows = [.. Enumerable.Range(0, 30_000).Select(i => i % 999 == 1 ? positives[i / 999 % positives.Length] : negatives[i % negatives.Length])];
        var rare = new LabeledBatch(Take(test.Features, rows), RowLabels.OfFlags([.. rows.Select(row => test.Labels.Flags[row])]));

        var importance = PermutationImportance.Of(scorer, rare, new BinaryOutputs("won", "lost", 0.5f), Token);

        importance[0].Feature.Should().Be("amount");
        importance[0].Loss.Should().BeApproximately(evaluation.Report.Importance[0].Loss, 0.15, "the area does not depend on how many rows a class has");
        importance[0].Interval!.Low.Should().BeGreaterThan(0.1);
    }

    private static FeatureBatch Take(FeatureBatch from, int[] rows)
    {
        var batch = new FeatureBatch(from.Schema, rows.Length);
        var width = from.Schema.Numeric.Count;
        foreach (var (to, row) in rows.Index())
        {
            from.Numeric.AsSpan(row * width, width).CopyTo(batch.Numeric.AsSpan(to * width));
            foreach (var (slot, texts) in batch.Categories.Index())
            {
                texts[to] = from.Categories[slot][row];
            }
        }

        return batch;
    }

    private ModelDefinition With(params SliceSettings[] slices) => _stages.Definition with { Evaluation = EvaluationSettings.Default with { Slices = slices, MinSliceRows = 50 } };
}
