namespace Pipeline.Metrics.Multiclass;

/// <summary>Rows by falling probability of one class.</summary>
internal sealed class ClassOrder
{
    private readonly int _class;
    private readonly int[] _rows;
    private readonly int[] _labels;

    // Whether the next row has a lower probability.
    private readonly bool[] _ends;

    /// <param name="one">The class.</param>
    /// <param name="labels">The rows' classes.</param>
    /// <param name="probabilities">The rows' probabilities of the class.</param>
    public ClassOrder(int one, int[] labels, double[] probabilities)
    {
        _class = one;
        _rows = [.. Enumerable.Range(0, labels.Length)];
        var falling = Array.ConvertAll(probabilities, p => -p);
        Array.Sort(falling, _rows);
        _labels = Array.ConvertAll(_rows, row => labels[row]);
        _ends = [.. Enumerable.Range(0, falling.Length).Select(i => i + 1 == falling.Length || falling[i + 1] != falling[i])];
    }

    /// <summary>Adds what the class wins of each other one; see <see cref="MulticlassTotals.TwiceWins"/>.</summary>
    public void AddWins(MulticlassTotals totals, ReadOnlySpan<byte> draws)
    {
        var wins = totals.TwiceWins.AsSpan(_class * totals.Classes, totals.Classes);
        Span<long> tied = stackalloc long[totals.Classes];
        tied.Clear();
        long above = 0;
        for (var i = 0; i < _rows.Length; i++)
        {
            var (label, count) = (_labels[i], (long)draws[_rows[i]]);
            if (!_ends[i])
            {
                tied[label] += count;
                continue;
            }

            // Mostly a row stands alone; what was there before it is settled with it.
            tied[label] += count;
            if (i > 0 && !_ends[i - 1])
            {
                for (var other = 0; other < tied.Length; other++)
                {
                    wins[other] += tied[other] * ((2 * above) + tied[_class]);
                }

                above += tied[_class];
                tied.Clear();
            }
            else if (label == _class)
            {
                wins[label] += count * ((2 * above) + count);
                above += count;
                tied[label] = 0;
            }
            else
            {
                wins[label] += count * 2 * above;
                tied[label] = 0;
            }
        }
    }
}
