namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>Times of requests in blocks, sorted once, of which percentiles are taken for any number of copies of each block.</summary>
internal sealed class BlockedTimes
{
    private readonly double[] _times;
    private readonly int[] _blocks;
    private readonly int[] _counts;

    /// <param name="blocks">At least one, each with at least one time.</param>
    public BlockedTimes(IReadOnlyList<IReadOnlyList<double>> blocks)
    {
        _times = [.. blocks.SelectMany(block => block)];
        _blocks = [.. blocks.SelectMany((block, index) => Enumerable.Repeat(index, block.Count))];
        _counts = [.. blocks.Select(block => block.Count)];
        Array.Sort(_times, _blocks);
    }

    public int Blocks => _counts.Length;

    /// <summary>The least time that at least this share of all requests does not exceed.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    /// <param name="draws">How often each block counts.</param>
    public double At(double share, ReadOnlySpan<byte> draws)
    {
        var all = 0L;
        for (var block = 0; block < _counts.Length; block++)
        {
            all += (long)draws[block] * _counts[block];
        }

        var wanted = (long)Math.Ceiling(share * all);
        var counted = 0L;
        var i = 0;
        while ((counted += draws[_blocks[i]]) < wanted)
        {
            i++;
        }

        return _times[i];
    }
}
