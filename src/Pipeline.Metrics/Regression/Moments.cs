namespace Pipeline.Metrics.Regression;

/// <summary>Sums of powers of numbers less a pivot near their mean, so that little is lost where the mean is far from 0.</summary>
/// <param name="pivot">Some number near the mean.</param>
internal struct Moments(double pivot)
{
    private double _count;
    private double _first;
    private double _second;
    private double _third;
    private double _fourth;

    public readonly double Mean => pivot + (_first / _count);

    /// <summary>Mean of squared differences from the mean.</summary>
    public readonly double Variance => Math.Max(0, (_second / _count) - (Shift * Shift));

    /// <summary>Mean of squares.</summary>
    public readonly double MeanSquare => (_second / _count) + (2 * pivot * Shift) + (pivot * pivot);

    /// <summary>Not corrected for the number of rows; NaN if all numbers are equal.</summary>
    public readonly double Skew => ((_third / _count) - (3 * Shift * _second / _count) + (2 * Shift * Shift * Shift)) / Math.Pow(Variance, 1.5);

    /// <summary>Less that of the normal distribution, 3; not corrected; NaN if all numbers are equal.</summary>
    public readonly double ExcessKurtosis =>
        (((_fourth / _count) - (4 * Shift * _third / _count) + (6 * Shift * Shift * _second / _count) - (3 * Shift * Shift * Shift * Shift)) / (Variance * Variance)) - 3;

    private readonly double Shift => _first / _count;

    public void Add(double value, double count)
    {
        var x = value - pivot;
        _count += count;
        _first += count * x;
        _second += count * x * x;
        _third += count * x * x * x;
        _fourth += count * x * x * x * x;
    }
}
