using System.Globalization;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>An axis of a plot, where it begins and ends, and what is written on it.</summary>
/// <param name="Name">Plain text.</param>
/// <param name="Low">Where it begins.</param>
/// <param name="High">Where it ends; above <paramref name="Low"/>.</param>
internal sealed record PlotAxis(string Name, double Low, double High)
{
    private static readonly double[] RoundSteps = [1, 2, 5, 10];

    private bool HasQuarters { get; init; }

    /// <summary>From 0 on, marked at its quarters.</summary>
    /// <param name="name">Plain text.</param>
    /// <param name="most">Its end.</param>
    public static PlotAxis OfShares(string name, double most = 1) => new(name, 0, most) { HasQuarters = true };

    /// <summary>From one number to another; something around them if they are the same.</summary>
    public static PlotAxis Of(string name, double low, double high)
    {
        var half = high > low ? 0 : Math.Max(0.5, Math.Abs(low) / 2);
        return new PlotAxis(name, Math.Max(double.MinValue, low - half), Math.Min(double.MaxValue, high + half));
    }

    /// <summary>Where a number lies on it, 0 to 1; at an end if it is beyond.</summary>
    // Of halves: a difference of two great numbers may be none.
    public double Share(double value) => Math.Clamp(((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2)), 0, 1);

    /// <summary>Round numbers on it, and how they are written.</summary>
    /// <param name="most">So many at most, but for quarters.</param>
    public IReadOnlyList<(double Value, string Text)> Ticks(int most)
    {
        if (HasQuarters)
        {
            return [.. new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(share => (share * High, ReportHtml.Number(Math.Round(share * High, 3))))];
        }

        var least = ((High / 2) - (Low / 2)) / most * 2;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        var step = RoundSteps.Select(round => round * power).First(step => step >= least * (1 - 1e-9));
        var isPlain = step >= 1e-4 && Math.Max(Math.Abs(Low), Math.Abs(High)) < 1e7;
        var first = Math.Ceiling((Low / step) - 1e-9);
        return [.. Enumerable.Range(0, most + 1).Select(i => ((first + i) * step) + 0.0).Where(tick => double.IsFinite(tick) && tick <= High + (step * 1e-9)).Select(tick => (tick, tick.ToString(isPlain ? "#,0.####" : "0.####e+0", CultureInfo.InvariantCulture)))];
    }
}
