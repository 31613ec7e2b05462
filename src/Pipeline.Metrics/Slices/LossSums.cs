namespace Pipeline.Metrics.Slices;

/// <summary>Number, sum and sum of squares of losses.</summary>
internal struct LossSums
{
    private double _sum;
    private double _squares;

    public int Rows { get; private set; }

    public readonly double Mean => _sum / Rows;

    /// <summary>Of the losses, with n - 1.</summary>
    public readonly double Variance => Math.Max(0, (_squares - (_sum * _sum / Rows)) / (Rows - 1));

    public void Add(double loss)
    {
        Rows++;
        _sum += loss;
        _squares += loss * loss;
    }

    /// <summary>Those of the rows that are not in the other, which is part of this.</summary>
    public readonly LossSums Less(LossSums other) => new() { Rows = Rows - other.Rows, _sum = _sum - other._sum, _squares = _squares - other._squares };
}
