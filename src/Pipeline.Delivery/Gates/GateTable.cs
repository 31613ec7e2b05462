using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Engine;

namespace Pipeline.Delivery.Gates;

/// <summary>Rows of gates as the console has them.</summary>
internal static class GateTable
{
    /// <summary>The table, and how each of its metrics is computed.</summary>
    public static void Print(RunLog log, IReadOnlyList<GateRow> rows)
    {
        PrintRows(log, rows);
        foreach (var (name, meaning) in rows.Where(row => row.Meaning is not null).Select(row => (Name: row.Check.Split(' ')[0], row.Meaning)).Distinct().Where(metric => IsMetric(metric.Name)))
        {
            log.Info($"  {name}: {meaning}");
        }
    }

    // What is no metric says what it is itself.
    private static bool IsMetric(string name) => MetricCatalog.IsKnown(name) || OperationMeasures.Names.Contains(name) || FairnessMeasures.Names.Contains(name);

    private static void PrintRows(RunLog log, IReadOnlyList<GateRow> rows) => log.Table(
        ["gate", "value", "95 % interval", "threshold", "champion", "n", "verdict", "why"],
        rows.Select(row => new[]
        {
            row.Check,
            row.ValueText,
            MetricText.Of(row.Interval),
            row.Bound is null ? "-" : MetricText.Of(row.Bound),
            row.Champion is null ? "-" : MetricText.Of(row.Champion),
            row.Rows.ToString(CultureInfo.InvariantCulture),
            row.OutcomeText,
            row.Reason,
        }));
}
