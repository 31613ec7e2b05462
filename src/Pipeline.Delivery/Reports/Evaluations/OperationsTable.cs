using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Metrics;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What it costs to operate the package, beside the champions that were measured with it. Nothing before the smoke test.</summary>
internal static class OperationsTable
{
    public static string Html(OperationsVerdict? operations) => operations is null
        ? string.Empty
        : $"<h2>Operations</h2>\n<p>{Text(Subject(operations))}</p>\n"
          + Table(["Measure", "#Value", "~95 % interval", .. operations.Champions.Keys.Select(stage => $"#Champion of {stage}")], operations.Measures.Select(measure => Cells(operations, measure.Key, measure.Value)));

    public static string Markdown(OperationsVerdict? operations)
    {
        if (operations is null)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        var stages = operations.Champions.Keys.Select(stage => $" Champion of {MarkdownText.Of(VisibleText.Name(stage, 100))} |");
        text.Append(CultureInfo.InvariantCulture, $"\n### Operations\n{Subject(operations)}\n\n| Measure | Value | 95 % interval |{string.Concat(stages)}\n|---|--:|---|{string.Concat(stages.Select(_ => "--:|"))}\n");
        foreach (var (name, estimate) in operations.Measures)
        {
            var champions = operations.Champions.Values.Select(champion => $" {MetricText.Of(champion[name].Value)} |");
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {MarkdownText.Of(ValueOf(estimate))} | {MetricText.Of(estimate.Interval)} |{string.Concat(champions)}\n");
        }

        return text.ToString();
    }

    private static string Subject(OperationsVerdict operations) =>
        $"{Number(operations.Processes)} processes of the service, {Number(operations.Requests)} requests of one row each, one after the other, on a machine of {Number(operations.Cores)} cores.";

    private static string[] Cells(OperationsVerdict operations, string name, MetricEstimate estimate) =>
    [
        Text(name),
        Text(ValueOf(estimate)),
        MetricText.Of(estimate.Interval),
        .. operations.Champions.Values.Select(champion => MetricText.Of(champion[name].Value)),
    ];

    private static string ValueOf(MetricEstimate estimate) => estimate.Undefined ?? MetricText.Of(estimate.Value);
}
