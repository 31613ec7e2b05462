using System.Globalization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Engine;

namespace Pipeline.Delivery.Gates;

/// <summary>Rows of gates as the console has them.</summary>
internal static class GateTable
{
    public static void Print(RunLog log, IReadOnlyList<GateRow> rows) => log.Table(
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
