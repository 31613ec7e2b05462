using MathNet.Numerics.Distributions;

namespace Pipeline.Metrics.Slices;

/// <summary>
/// Finds rows on which a model is worse than on the rest: values of single columns and of pairs of columns, by Welch's test of the losses and their effect size, as Slice Finder does
/// (Chung, Kraska, Polyzotis, Tae and Whang, ICDE 2019). All that were tried are corrected for.
/// </summary>
public static class SliceSearch
{
    /// <summary>A pair is found besides its parts only if it is worse than either by this share of its effect: else it is the same finding again.</summary>
    private const double LeastGain = 1.25;

    // Cells that pairs may cost: some seconds on two cores.
    private const long MaxPairCells = 2_000_000_000;

    private const double Level = 0.05;

    /// <param name="columns">The columns, each with a code for every row.</param>
    /// <param name="losses">The model's loss on each row, such as -ln of the true class's probability; finite.</param>
    /// <param name="minRows">Slices with fewer rows, or with fewer rows outside, are not tried; 2 or more.</param>
    /// <param name="most">How many to give at most.</param>
    /// <param name="cancellationToken">Stops between pairs.</param>
    public static SliceSearchResult Worst(IReadOnlyList<SliceColumn> columns, double[] losses, int minRows, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minRows, 2);
        var singles = columns.SelectMany((column, index) => Singles(column, index, losses, minRows)).ToList();
        (int First, int Second)[] pairs = [.. Enumerable.Range(0, columns.Count).SelectMany(first => Enumerable.Range(first + 1, columns.Count - first - 1).Select(second => (first, second)))];
        var rows = (int)Math.Min(losses.Length, Math.Max(minRows, MaxPairCells / Math.Max(1, pairs.Length)));
        var ofPairs = new List<Candidate>[pairs.Length];
        Parallel.For(
            0,
            pairs.Length,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            pair => ofPairs[pair] = Pairs(columns, pairs[pair], losses, rows, minRows));
        List<Candidate> tried = [.. singles, .. ofPairs.SelectMany(found => found)];
        return new SliceSearchResult(Choose(tried, most), tried.Count, rows);
    }

    private static IEnumerable<Candidate> Singles(SliceColumn column, int index, double[] losses, int minRows)
    {
        var sums = new LossSums[column.Values.Count];
        var all = default(LossSums);
        for (var row = 0; row < losses.Length; row++)
        {
            all.Add(losses[row]);
            if (column.Codes[row] is >= 0 and var code)
            {
                sums[code].Add(losses[row]);
            }
        }

        return Tested(sums, all, minRows, code => [new SlicePart(index, code)]);
    }

    private static List<Candidate> Pairs(IReadOnlyList<SliceColumn> columns, (int First, int Second) pair, double[] losses, int rows, int minRows)
    {
        var (first, second) = (columns[pair.First], columns[pair.Second]);
        var width = second.Values.Count;
        var sums = new LossSums[first.Values.Count * width];
        var all = default(LossSums);
        for (var i = 0; i < rows; i++)
        {
            var row = (int)((long)i * losses.Length / rows);
            all.Add(losses[row]);
            if (first.Codes[row] >= 0 && second.Codes[row] >= 0)
            {
                sums[(first.Codes[row] * width) + second.Codes[row]].Add(losses[row]);
            }
        }

        return [.. Tested(sums, all, minRows, cell => [new SlicePart(pair.First, cell / width), new SlicePart(pair.Second, cell % width)])];
    }

    private static IEnumerable<Candidate> Tested(LossSums[] sums, LossSums all, int minRows, Func<int, SlicePart[]> partsOf) =>
        sums.Select((slice, code) => (Slice: slice, Code: code))
            .Where(item => item.Slice.Rows >= minRows && all.Rows - item.Slice.Rows >= minRows)
            .Select(item => Test(partsOf(item.Code), item.Slice, all.Less(item.Slice)));

    private static Candidate Test(SlicePart[] parts, LossSums slice, LossSums rest)
    {
        var (ofSlice, ofRest) = (slice.Variance / slice.Rows, rest.Variance / rest.Rows);
        var difference = slice.Mean - rest.Mean;
        var error = Math.Sqrt(ofSlice + ofRest);
        var deviation = Math.Sqrt((slice.Variance + rest.Variance) / 2);
        if (error == 0)
        {
            return new Candidate(parts, slice, rest, 0, 1);
        }

        var freedom = (ofSlice + ofRest) * (ofSlice + ofRest) / ((ofSlice * ofSlice / (slice.Rows - 1)) + (ofRest * ofRest / (rest.Rows - 1)));
        return new Candidate(parts, slice, rest, difference / deviation, StudentT.CDF(0, 1, freedom, -difference / error));
    }

    private static List<FoundSlice> Choose(List<Candidate> tried, int most)
    {
        var adjusted = Adjust(tried);
        var effects = tried.Where(candidate => candidate.Parts.Length == 1).ToDictionary(candidate => candidate.Parts[0], candidate => candidate.Effect);
        return
        [
            .. tried.Select((candidate, i) => (Candidate: candidate, P: adjusted[i]))
                .Where(item => item.P <= Level && item.Candidate.Effect > 0 && (item.Candidate.Parts.Length == 1 || IsWorseThanItsParts(item.Candidate)))
                .OrderByDescending(item => item.Candidate.Effect)
                .Take(most)
                .Select(item => new FoundSlice(item.Candidate.Parts, item.Candidate.Slice.Rows, item.Candidate.Slice.Mean, item.Candidate.Rest.Mean, item.Candidate.Effect, item.P)),
        ];

        bool IsWorseThanItsParts(Candidate candidate) => candidate.Parts.All(part => candidate.Effect >= LeastGain * effects.GetValueOrDefault(part));
    }

    // Benjamini and Hochberg, JRSS B 57, 1995.
    private static double[] Adjust(List<Candidate> tried)
    {
        var adjusted = new double[tried.Count];
        var least = 1d;
        foreach (var (rank, index) in Enumerable.Range(0, tried.Count).OrderByDescending(i => tried[i].PValue).Index())
        {
            least = Math.Min(least, tried[index].PValue * tried.Count / (tried.Count - rank));
            adjusted[index] = least;
        }

        return adjusted;
    }

    private sealed record Candidate(SlicePart[] Parts, LossSums Slice, LossSums Rest, double Effect, double PValue);
}
