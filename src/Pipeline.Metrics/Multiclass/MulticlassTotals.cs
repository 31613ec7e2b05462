namespace Pipeline.Metrics.Multiclass;

/// <summary>Sums over rows from which every metric of several classes follows.</summary>
internal sealed class MulticlassTotals(int classes)
{
    public int Classes { get; } = classes;

    /// <summary>Rows by true class (major) and predicted class.</summary>
    public long[] Confusion { get; } = new long[classes * classes];

    /// <summary>Of pairs of a row of one class (major) and a row of another one: 2 if the first has the higher probability of its class, 1 if they tie.</summary>
    public long[] TwiceWins { get; } = new long[classes * classes];

    public double LogLossSum { get; set; }

    public double BrierSum { get; set; }

    public double MiscalibrationSum { get; set; }

    public long AmongTwo { get; set; }

    public long AmongThree { get; set; }

    public long Rows => Confusion.Sum();

    public long Right => Enumerable.Range(0, Classes).Sum(c => Confusion[(c * Classes) + c]);

    public ClassRates Class(int index) => new(
        Enumerable.Range(0, Classes).Sum(other => Confusion[(index * Classes) + other]),
        Enumerable.Range(0, Classes).Sum(other => Confusion[(other * Classes) + index]),
        Confusion[(index * Classes) + index]);

    public double Area(int one, int other, long rowsOfOne, long rowsOfOther) => TwiceWins[(one * Classes) + other] / (2.0 * rowsOfOne * rowsOfOther);
}
