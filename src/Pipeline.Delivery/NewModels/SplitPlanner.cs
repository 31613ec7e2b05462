using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.NewModels;

/// <summary>Divides rows by time into about 60, 20 and 20 of 100, at the beginnings of months, weeks or days.</summary>
internal sealed class SplitPlanner(DuckDatabase database)
{
    /// <summary>Rows of fewer days are not divided by time.</summary>
    public const int LeastDays = 15;

    public const double Train = 0.6;
    public const double Validation = 0.2;
    public const double Test = 0.2;

    // With fewer months, a third of one is a large part.
    private const int LeastUnits = 12;

    /// <returns>Divisions to try, the one of the longest unit first.</returns>
    public IReadOnlyList<(TimeSplits Splits, string Why)> ByTime(SourceColumn time, string? where, CancellationToken cancellationToken)
    {
        var days = new List<(DateOnly Day, long Rows)>();
        database.Read(
            $"SELECT CAST(d AS TIMESTAMP), count(*) FROM (SELECT CAST({time.Value} AS DATE) AS d FROM source{(where is null ? string.Empty : $" WHERE {where}")}) WHERE d IS NOT NULL GROUP BY d ORDER BY d",
            reader => days.Add((DateOnly.FromDateTime(reader.GetDateTime(0)), reader.GetInt64(1))),
            cancellationToken);
        var found = new List<(TimeSplits, string)>();
        foreach (var (unit, startOf) in new (string, Func<DateOnly, DateOnly>)[] { ("months", StartOfMonth), ("weeks", StartOfWeek), ("days", day => day) })
        {
            var units = days.GroupBy(day => startOf(day.Day)).Select(group => (From: group.Key, Rows: group.Sum(day => day.Rows))).ToList();
            if (units.Count >= (unit == "days" ? LeastDays : LeastUnits))
            {
                var splits = Divide(units, days[^1].Day.AddDays(1));
                found.Add((splits, $"by time, at the beginnings of {unit}: a model is judged on rows that are later than those it learnt from"));
            }
        }

        return found;
    }

    private static TimeSplits Divide(List<(DateOnly From, long Rows)> units, DateOnly end)
    {
        var total = (double)units.Sum(unit => unit.Rows);
        var before = new double[units.Count];
        for (var i = 1; i < units.Count; i++)
        {
            before[i] = before[i - 1] + (units[i - 1].Rows / total);
        }

        // One unit at least for each part.
        var validation = Enumerable.Range(1, units.Count - 2).MinBy(i => Math.Abs(before[i] - Train));
        var test = Enumerable.Range(validation + 1, units.Count - validation - 1).MinBy(i => Math.Abs(before[i] - (Train + Validation)));
        return new TimeSplits(
            new TimeRange(units[0].From, units[validation].From), new TimeRange(units[validation].From, units[test].From), new TimeRange(units[test].From, end), Production: null);
    }

    private static DateOnly StartOfMonth(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly StartOfWeek(DateOnly day) => day.DayNumber < 7 ? day : day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
