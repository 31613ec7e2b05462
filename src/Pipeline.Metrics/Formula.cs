using Pipeline.Metrics.Intervals;

namespace Pipeline.Metrics;

/// <summary>A metric with its formula over sums of rows.</summary>
/// <typeparam name="T">The sums.</typeparam>
internal sealed record Formula<T>(string Name, string Meaning, MetricDirection Direction, string UndefinedIf, Func<T, double> Of) : MetricDefinition(Name, Meaning, Direction, UndefinedIf)
{
    /// <summary>For a rate, the rows that count and those that it is of; else null.</summary>
    public Func<T, (long Part, long Whole)>? Rate { get; init; }

    public static Formula<T> OfRate(string name, string meaning, MetricDirection direction, string undefinedIf, Func<T, (long Part, long Whole)> rate) =>
        new(name, meaning, direction, undefinedIf, totals => rate(totals) is (var part, > 0 and var whole) ? (double)part / whole : double.NaN) { Rate = rate, NeedsThreshold = true, Least = 0, Most = 1 };

    public static Formula<T> OfDecisions(string name, string meaning, MetricDirection direction, string undefinedIf, Func<T, double> formula) =>
        new(name, meaning, direction, undefinedIf, formula) { NeedsThreshold = true };

    public static Formula<T> OfScores(string name, string meaning, MetricDirection direction, string undefinedIf, Func<T, double> formula) => new(name, meaning, direction, undefinedIf, formula);

    public Formula<T> Within(double? least, double? most) => this with { Least = least, Most = most };

    public ConfidenceInterval? WilsonInterval(T totals) => Rate?.Invoke(totals) is (var part, > 0 and var whole) ? Wilson.Interval(part, whole) : null;
}
