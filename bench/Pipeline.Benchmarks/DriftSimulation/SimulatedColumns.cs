using System.Globalization;

namespace Pipeline.Benchmarks.DriftSimulation;

/// <summary>Draws the rows of one side, column by column. The same seed gives the same rows.</summary>
internal sealed class SimulatedColumns(FeatureFamily family, int rows, int seed)
{
    private const double Correlation = 0.7;

    // Half of what would be the standard deviation if the quartiles, at -1 and 1, were a normal law's: Cauchy's own is infinite.
    private const double CauchyShift = 0.5 * 2 / 1.349;

    private static readonly string[] CategoryNames = [.. Enumerable.Range(0, 120).Select(index => $"c{index.ToString(CultureInfo.InvariantCulture)}")];

    // A dozen categories, the last one in 400 rows; and 120, of which half come less often than once in 300.
    private static readonly double[] FewCategories = Cumulative([0.3, 0.2, 0.15, 0.1, 0.08, 0.06, 0.04, 0.03, 0.02, 0.01, 0.0075, 0.0025]);
    private static readonly double[] ManyCategories = Cumulative([.. Enumerable.Range(1, 120).Select(rank => 1d / rank)]);

    private readonly Random _random = new(seed);
    private double[]? _common;
    private double? _spare;

    /// <summary>Whether a column has categories instead of numbers.</summary>
    public static bool IsCategorical(FeatureFamily family, int feature) => family == FeatureFamily.Discrete && feature % 8 is 5 or 6;

    /// <param name="feature">The column's number, which says its law.</param>
    /// <param name="isShifted">By half a standard deviation.</param>
    public float[] Numbers(int feature, bool isShifted)
    {
        var shift = isShifted ? 0.5 : 0;
        return family switch
        {
            FeatureFamily.Normal => Draw(() => Normal() + shift),
            FeatureFamily.Correlated => Correlated(shift),
            FeatureFamily.HeavyTailed when feature % 2 == 0 => Draw(() => Math.Tan(Math.PI * (_random.NextDouble() - 0.5)) + (isShifted ? CauchyShift : 0)),
            FeatureFamily.HeavyTailed => Draw(() => Math.Exp(Normal() + shift)),
            _ => Draw(Discrete(feature, shift)),
        };
    }

    public string[] Categories(int feature)
    {
        var chances = feature % 8 == 5 ? FewCategories : ManyCategories;
        var values = new string[rows];
        for (var row = 0; row < rows; row++)
        {
            var index = Array.BinarySearch(chances, _random.NextDouble() * chances[^1]);
            values[row] = CategoryNames[index < 0 ? ~index : index];
        }

        return values;
    }

    // The shift is half of each law's standard deviation.
    private Func<double> Discrete(int feature, double shift) => (feature % 8) switch
    {
        0 => () => Poisson(0.3 + (shift * Math.Sqrt(0.3))),
        1 => () => Poisson(1 + shift),
        2 => () => Poisson(4 + (shift * 2)),
        3 => () => _random.NextDouble() < 0.2 + (shift * 0.4) ? 1 : 0,
        7 => () => _random.NextDouble() < 0.01 ? 1 : 0,
        _ => () => Math.Min(15, Math.Floor(-Math.Log(1 - _random.NextDouble()) * (2 + (shift * 2)))),
    };

    private float[] Correlated(double shift)
    {
        if (_common is null)
        {
            _common = new double[rows];
            for (var row = 0; row < rows; row++)
            {
                _common[row] = Normal();
            }
        }

        var at = 0;
        return Draw(() => (Math.Sqrt(Correlation) * _common[at++]) + (Math.Sqrt(1 - Correlation) * Normal()) + shift);
    }

    private float[] Draw(Func<double> value)
    {
        var values = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            values[row] = (float)value();
        }

        return values;
    }

    // Box and Muller's, which gives two at a time.
    private double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * _random.NextDouble());
        _spare = radius * sine;
        return radius * cosine;
    }

    // Knuth's: fast enough for small means.
    private double Poisson(double mean)
    {
        var (limit, product, count) = (Math.Exp(-mean), _random.NextDouble(), 0);
        while (product > limit)
        {
            product *= _random.NextDouble();
            count++;
        }

        return count;
    }

    private static double[] Cumulative(double[] weights)
    {
        var sum = 0d;
        return Array.ConvertAll(weights, weight => sum += weight);
    }
}
