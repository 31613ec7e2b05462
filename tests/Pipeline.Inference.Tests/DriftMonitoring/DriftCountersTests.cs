using Pipeline.Drift;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests.DriftMonitoring;

public sealed class DriftCountersTests : IDisposable
{
    private readonly DriftCounters _counters = new(TestModelReference.Profile, TestModel.Manifest);

    public void Dispose() => _counters.Dispose();

    [Fact]
    public void The_rows_of_the_reference_get_the_counts_of_the_reference()
    {
        Count(TestModelReference.TrainingRows);

        var totals = _counters.Read();

        var (features, predictions) = (TestModelReference.Profile.Features, TestModelReference.Profile.Predictions.Training);
        totals.Features.Should().BeEquivalentTo(features.Select(feature => feature.Training), o => o.WithStrictOrdering());
        totals.PredictionBins.Should().Equal(predictions.Bins);
        totals.Labels.Should().Equal(predictions.Labels["late"], predictions.Labels["on time"]);
    }

    [Fact]
    public void Rows_unlike_those_of_training_get_the_counts_that_the_pipeline_gave_them()
    {
        Count(TestModelReference.TestRows);

        var totals = _counters.Read();

        totals.Features.Should().BeEquivalentTo(TestModelReference.Profile.Features.Select(feature => feature.Test), o => o.WithStrictOrdering());
        totals.PredictionBins.Should().Equal(TestModelReference.Profile.Predictions.Test.Bins);
        totals.Features.Select(counts => (counts.AboveRange, counts.Unseen)).Should().Equal((1, 0), (0, 1), (1, 0), (0, 1));
    }

    [Theory]
    [InlineData(float.NaN, ValueState.Missing, -1)]
    [InlineData(float.PositiveInfinity, ValueState.NotFinite, -1)]
    [InlineData(float.NegativeInfinity, ValueState.NotFinite, -1)]
    [InlineData(0f, ValueState.Ok, 0)]
    [InlineData(23f, ValueState.Ok, 9)]
    [InlineData(-1e-45f, ValueState.BelowRange, 0)]
    [InlineData(-3e38f, ValueState.BelowRange, 0)]
    [InlineData(23.000002f, ValueState.AboveRange, 9)]
    [InlineData(3e38f, ValueState.AboveRange, 9)]
    public void A_number_counts_in_one_state_and_at_most_one_bin(float hour, ValueState state, int bin)
    {
        Count([new TestModelRow(hour, "ATL", 500, null)]);

        var counts = _counters.Read().Features[0];

        Enum.GetValues<ValueState>().Where(s => counts.Of(s) != 0).Should().Equal(state);
        counts.Of(state).Should().Be(1);
        counts.Bins.Sum().Should().Be(bin < 0 ? 0 : 1);
        counts.Bins.ToList().IndexOf(1).Should().Be(bin);
    }

    [Fact]
    public void A_number_on_an_edge_counts_in_the_bin_below_it()
    {
        var edges = ((QuantileBins)TestModelReference.Profile.Features[2].Bins).Edges.Select(GreatestFloatUpTo).ToList();

        Count(edges.Select(edge => new TestModelRow(1, "ATL", edge, null)));
        Count(edges.Select(edge => new TestModelRow(1, "ATL", float.BitIncrement(edge), null)));

        _counters.Read().Features[2].Bins.Should().Equal(1, 2, 2, 2, 2, 2, 2, 2, 2, 1);
    }

    [Theory]
    [InlineData("ORD", ValueState.Ok)]
    [InlineData("Zürich \"Ost\"", ValueState.Ok)]
    [InlineData("ord", ValueState.Unseen)]
    [InlineData(null, ValueState.Missing)]
    public void A_category_counts_in_one_state_and_one_that_training_did_not_see_among_the_others(string? origin, ValueState state)
    {
        Count([new TestModelRow(1, origin!, 500, null)]);

        var counts = _counters.Read().Features[1];

        Enum.GetValues<ValueState>().Where(s => counts.Of(s) != 0).Should().Equal(state);
        var bins = (CategoryBins)TestModelReference.Profile.Features[1].Bins;
        counts.Bins.Select((count, bin) => (count, bin)).Where(b => b.count != 0).Should().Equal(
            state switch { ValueState.Ok => [(1L, bins.Categories.ToList().IndexOf(origin!))], ValueState.Unseen => [(1L, bins.Other)], _ => Array.Empty<(long, int)>() });
    }

    [Fact]
    public void A_probability_at_the_threshold_has_the_positive_label()
    {
        var rows = Coded([new TestModelRow(1, "ATL", 500, null), new TestModelRow(1, "ATL", 500, null), new TestModelRow(1, "ATL", 500, null)]);

        _counters.Count(rows, [0.5f, MathF.BitDecrement(0.5f), 1]);

        var totals = _counters.Read();
        totals.Labels.Should().Equal(2, 1);
        totals.PredictionBins.Sum().Should().Be(3);
    }

    [Fact]
    public void A_request_of_many_rows_counts_as_its_rows_do_one_by_one()
    {
        var many = Enumerable.Range(0, 2_500).Select(i => TestModelReference.TestRows[i % TestModelReference.TestRows.Count]).ToList();
        using var oneByOne = new DriftCounters(TestModelReference.Profile, TestModel.Manifest);

        Count(many);
        foreach (var row in many)
        {
            oneByOne.Count(Coded([row]), [row.Probability]);
        }

        _counters.Read().Should().BeEquivalentTo(oneByOne.Read());
    }

    [Fact]
    public void Nothing_is_lost_when_many_threads_count_and_read_at_once()
    {
        const int Threads = 8;
        const int Rounds = 2_000;
        var rows = TestModelReference.TrainingRows;
        var halfway = new long[Threads];

        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            var coded = Coded(rows);
            var probabilities = rows.Select(row => row.Probability).ToArray();
            for (var round = 0; round < Rounds; round++)
            {
                _counters.Count(coded, probabilities);
                if (round == Rounds / 2)
                {
                    var seen = _counters.Read();
                    halfway[thread] = seen.PredictionBins.Sum();
                    seen.Features.Should().OnlyContain(counts => counts.Rows == halfway[thread], "a row is counted in all its columns at once");
                }
            }
        });

        var totals = _counters.Read();
        totals.Features.Should().OnlyContain(counts => counts.Rows == (long)Threads * Rounds * rows.Count);
        totals.Features[2].Bins.Should().Equal(TestModelReference.Profile.Features[2].Training.Bins.Select(count => count * Threads * Rounds));
        halfway.Should().OnlyContain(count => count > 0);
    }

    [Fact]
    public void Rows_that_have_been_cleared_count_no_more()
    {
        var rows = Coded(TestModelReference.TrainingRows);
        rows.Clear();

        _counters.Count(rows, []);

        _counters.Read().Features.Should().OnlyContain(counts => counts.Rows == 0);
    }

    private void Count(IEnumerable<TestModelRow> rows)
    {
        var list = rows.ToList();
        _counters.Count(Coded(list), [.. list.Select(row => row.Origin is not null && float.IsFinite(row.Probability) ? row.Probability : 0.1f)]);
    }

    private static float GreatestFloatUpTo(double edge) => (float)edge > edge ? float.BitDecrement((float)edge) : (float)edge;

    private static CodedRows Coded(IReadOnlyList<TestModelRow> rows)
    {
        var coded = new CodedRows(TestModel.Schema);
        var tables = TestModel.Schema.Categorical.Select(feature => new CategoryTable(feature)).ToList();
        coded.AddRows(rows.Count);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            coded.SetNumber(index, 0, row.Hour);
            coded.SetNumber(index, 1, row.Distance ?? float.NaN);
            coded.SetCode(index, 0, row.Origin is null ? CategoryCode.Missing : tables[0].CodeOf(row.Origin));
            coded.SetCode(index, 1, row.Destination is null ? CategoryCode.Missing : tables[1].CodeOf(row.Destination));
        }

        return coded;
    }
}
