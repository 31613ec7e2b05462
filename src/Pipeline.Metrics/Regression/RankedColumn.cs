namespace Pipeline.Metrics.Regression;

/// <summary>Numbers sorted once, to be ranked in resample after resample.</summary>
internal sealed class RankedColumn
{
    private readonly double[] _values;
    private readonly int[] _order;

    public RankedColumn(double[] values)
    {
        _values = values;
        _order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort([.. values], _order);
    }

    /// <param name="rank">From 0, by rising number.</param>
    public int RowAt(int rank) => _order[rank];

    /// <param name="rank">From 0.</param>
    public double At(int rank) => _values[_order[rank]];

    /// <summary>Ranks from 1; rows that tie share the mean of theirs, and so do the copies of a row.</summary>
    /// <param name="draws">How often each row counts.</param>
    /// <param name="ranks">Gets a rank for each row, in the rows' order.</param>
    public void Rank(ReadOnlySpan<byte> draws, Span<double> ranks)
    {
        long below = 0;
        for (var start = 0; start < _order.Length;)
        {
            var end = start;
            long tied = 0;
            for (; end < _order.Length && _values[_order[end]] == _values[_order[start]]; end++)
            {
                tied += draws[_order[end]];
            }

            var rank = below + ((tied + 1) / 2.0);
            for (; start < end; start++)
            {
                ranks[_order[start]] = rank;
            }

            below += tied;
        }
    }

    /// <summary>Percentiles, interpolated linearly between the two next numbers.</summary>
    /// <param name="draws">How often each row counts.</param>
    /// <param name="shares">Rising, each 0 to 1.</param>
    /// <param name="results">Gets one for each.</param>
    public void Percentiles(ReadOnlySpan<byte> draws, ReadOnlySpan<double> shares, Span<double> results)
    {
        long rows = 0;
        foreach (var count in draws)
        {
            rows += count;
        }

        var (passed, position) = (0L, -1);
        for (var i = 0; i < shares.Length; i++)
        {
            var target = shares[i] * (rows - 1);
            var below = (long)target;
            while (passed <= below)
            {
                passed += draws[_order[++position]];
            }

            var low = _values[_order[position]];
            var next = position;
            for (var reached = passed; reached <= below + 1 && next + 1 < _order.Length;)
            {
                reached += draws[_order[++next]];
            }

            results[i] = target > below ? double.Lerp(low, passed > below + 1 ? low : _values[_order[next]], target - below) : low;
        }
    }
}
