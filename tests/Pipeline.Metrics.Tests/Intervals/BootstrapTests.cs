using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;

namespace Pipeline.Metrics.Tests.Intervals;

public sealed class BootstrapTests
{
    public static TheoryData<string> Tasks => ["binary", "multiclass", "regression"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_row_that_is_drawn_twice_counts_as_two_rows(string task)
    {
        var random = new Random(3);
        for (var trial = 0; trial < 30; trial++)
        {
            var rows = random.Next(2, 60);
            var draws = new byte[rows];
            for (var i = 0; i < rows; i++)
            {
                draws[random.Next(rows)]++;
            }

            var drawn = Enumerable.Range(0, rows).SelectMany(row => Enumerable.Repeat(row, draws[row])).ToArray();
            var (whole, copied) = Samples(task, rows, drawn, random);
            var (weighted, plain) = (new double[whole.Metrics.Count], new double[whole.Metrics.Count]);

            whole.Compute(draws, weighted);
            copied.Compute([.. Enumerable.Repeat((byte)1, drawn.Length)], plain);

            for (var i = 0; i < plain.Length; i++)
            {
                (weighted[i], plain[i]).Should().Match<(double Weighted, double Plain)>(
                    pair => pair.Weighted.Equals(pair.Plain) || Math.Abs(pair.Weighted - pair.Plain) < 1e-7 || (!double.IsFinite(pair.Weighted) && !double.IsFinite(pair.Plain)), whole.Metrics[i].Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Order_of_rows_does_not_matter(string task)
    {
        var random = new Random(5);
        var order = Enumerable.Range(0, 200).ToArray();
        random.Shuffle(order);

        var (sample, shuffled) = Samples(task, 200, order, random);

        var values = MetricEstimates.Values(sample);
        foreach (var (name, value) in MetricEstimates.Values(shuffled))
        {
            value.Should().BeApproximately(values[name], 1e-9, name);
        }
    }

    [Fact]
    public void Same_seed_gives_the_same_resamples_and_another_one_others()
    {
        var token = TestContext.Current.CancellationToken;

        var first = Bootstrap.Run(100, 1, new(200, 42), Checksum, token)[0];
        var again = Bootstrap.Run(100, 1, new(200, 42), Checksum, token)[0];
        var other = Bootstrap.Run(100, 1, new(200, 43), Checksum, token)[0];

        again.Should().Equal(first);
        first.Intersect(other).Should().HaveCountLessThan(3);
        first.Should().OnlyHaveUniqueItems();

        static void Checksum(ReadOnlySpan<byte> draws, Span<double> values)
        {
            ulong sum = 0;
            foreach (var count in draws)
            {
                sum = (sum * 31) + count;
            }

            values[0] = sum >> 11;
        }
    }

    [Fact]
    public void Resample_has_as_many_rows_as_there_are_and_each_row_as_often()
    {
        var sums = Bootstrap.Run(50, 50, new(4_000, 1), (draws, values) =>
        {
            var rows = 0;
            for (var i = 0; i < draws.Length; i++)
            {
                values[i] = draws[i];
                rows += draws[i];
            }

            rows.Should().Be(50);
        }, TestContext.Current.CancellationToken);

        // The mean of 4,000 counts, each with variance 1 - 1/50: five standard errors.
        sums.Should().OnlyContain(counts => Math.Abs(counts.Average() - 1) < 5 / Math.Sqrt(4_000));
        sums.SelectMany(counts => counts).Average(count => (count - 1) * (count - 1)).Should().BeApproximately(0.98, 0.02);
    }

    [Fact]
    public void Intervals_hold_the_true_value_as_often_as_they_say()
    {
        var random = new Random(11);
        var held = 0;
        const int Trials = 200;
        for (var trial = 0; trial < Trials; trial++)
        {
            // The mean of (p - y)² over p uniform on 0 to 1, y positive with p: the integral of p (1 - p), 1/6.
            var probabilities = Enumerable.Range(0, 400).Select(_ => random.NextDouble()).ToArray();
            bool[] labels = [.. probabilities.Select(p => random.NextDouble() < p)];
            var brier = MetricEstimates.Of(BinarySample.Of(labels, probabilities, 0.5), new(400, (ulong)trial), TestContext.Current.CancellationToken)[BinaryMetricNames.Brier];
            held += brier.Interval is { Method: "bootstrap" } interval && interval.Low <= 1 / 6.0 && 1 / 6.0 <= interval.High ? 1 : 0;
        }

        // 95 % of 200, with four standard errors of it.
        held.Should().BeInRange(178, 200);
    }

    [Fact]
    public void Metric_that_resamples_too_often_lack_has_no_interval()
    {
        // One row in two is missed by a third of the resamples.
        var estimates = MetricEstimates.Of(BinarySample.Of([true, false], [0.6, 0.4], 0.5), new(100, 1), TestContext.Current.CancellationToken);

        estimates[BinaryMetricNames.AveragePrecision].Should().Be(new MetricEstimate(1, null, null));
        estimates[BinaryMetricNames.RocAuc].Should().Be(new MetricEstimate(1, null, null));
    }

    [Fact]
    public void Resampling_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        var run = () => Bootstrap.Run(10, 1, new(10, 1), (_, _) => { }, stop.Token);

        run.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Percentiles_are_interpolated_as_NumPy_does()
    {
        var percentiles = Percentiles.Of([4, 1, 3, double.NaN, 2], leastDefined: 0.8)!;

        percentiles.At(0.025).Should().BeApproximately(1.075, 1e-12);
        percentiles.At(0.5).Should().Be(2.5);
        percentiles.At(1).Should().Be(4);
        percentiles.ShareAbove(2).Should().Be(0.5);
        Percentiles.Of([4, 1, 3, double.NaN, 2], leastDefined: 0.81).Should().BeNull();
    }

    /// <summary>A sample, and one of some of its rows; probabilities and predictions often tie.</summary>
    private static (IMetricSample Whole, IMetricSample Drawn) Samples(string task, int rows, int[] drawn, Random random)
    {
        switch (task)
        {
            case "binary":
                bool[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(2) == 0)];
                double[] probabilities = [.. Enumerable.Range(0, rows).Select(_ => random.Next(11) / 10.0)];
                return (BinarySample.Of(labels, probabilities, 0.5), BinarySample.Of([.. drawn.Select(row => labels[row])], [.. drawn.Select(row => probabilities[row])], 0.5));
            case "multiclass":
                int[] classes = [.. Enumerable.Range(0, rows).Select(_ => random.Next(3))];
                double[][] shares = [.. Enumerable.Range(0, rows).Select(_ => Shares(random))];
                return (MulticlassSample.Of(3, classes, [.. shares.SelectMany(row => row)]), MulticlassSample.Of(3, [.. drawn.Select(row => classes[row])], [.. drawn.SelectMany(row => shares[row])]));
            default:
                double[] values = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-3, 9) / 2.0)];
                double[] predictions = [.. values.Select(value => value + (random.Next(-4, 5) / 4.0))];
                return (RegressionSample.Of(values, predictions), RegressionSample.Of([.. drawn.Select(row => values[row])], [.. drawn.Select(row => predictions[row])]));
        }
    }

    private static double[] Shares(Random random)
    {
        var (first, second) = (random.Next(5), random.Next(5));
        return [first / 10.0, second / 10.0, (10 - first - second) / 10.0];
    }
}
