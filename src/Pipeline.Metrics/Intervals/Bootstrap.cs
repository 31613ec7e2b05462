namespace Pipeline.Metrics.Intervals;

/// <summary>
/// The bootstrap: as many rows as there are, drawn with replacement, again and again (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). A resample is kept as
/// how often each row was drawn, a byte a row, so that data is sorted once and never copied.
/// </summary>
public static class Bootstrap
{
    /// <param name="rows">Rows to draw from, and draws of a resample.</param>
    /// <param name="width">Values that are computed of each resample.</param>
    /// <param name="resampling">How many resamples, from which seed.</param>
    /// <param name="compute">Computes the values of one.</param>
    /// <param name="cancellationToken">Stops between resamples.</param>
    /// <returns>For each value those of all resamples, in the resamples' order.</returns>
    public static IReadOnlyList<IReadOnlyList<double>> Run(int rows, int width, Resampling resampling, ResampleFunction compute, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var results = Enumerable.Range(0, width).Select(_ => new double[resampling.Replicates]).ToArray();
        Parallel.For(
            0,
            resampling.Replicates,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => (Draws: new byte[rows], Values: new double[width]),
            (replicate, _, buffers) =>
            {
                Draw(buffers.Draws, SeedOf(resampling.Seed, replicate));
                compute(buffers.Draws, buffers.Values);
                for (var i = 0; i < width; i++)
                {
                    results[i][replicate] = buffers.Values[i];
                }

                return buffers;
            },
            _ => { });
        return results;
    }

    // A byte is enough: that one row is drawn 256 times has a probability below 1e-500.
    private static void Draw(Span<byte> draws, ulong state)
    {
        draws.Clear();
        var rows = (ulong)draws.Length;
        for (var i = 0; i < draws.Length; i++)
        {
            draws[(int)Math.BigMul(SplitMix64.Next(ref state), rows, out _)]++;
        }
    }

    private static ulong SeedOf(ulong seed, int replicate)
    {
        var state = seed;
        state = SplitMix64.Next(ref state) ^ (ulong)replicate;
        return SplitMix64.Next(ref state);
    }
}
