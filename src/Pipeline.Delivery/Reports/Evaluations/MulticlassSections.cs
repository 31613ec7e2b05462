using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics.Multiclass;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the reports show of a model of several classes: which class is taken for which, how each is recognized, calibration of the predicted class.</summary>
internal static class MulticlassSections
{
    private const string Happened = "share predicted right";
    private const int MostConfusions = 10;

    public static string Subject(MulticlassDetail detail) => $" of {Number(detail.Classes.Count)} classes";

    public static string Html(EvaluationReport report, MulticlassDetail detail) => $"""
        <h2>Predicted and true class</h2>
        {Selection(detail, "of the others has one line and one column")}{ConfusionTable.Render(detail.Confusion)}
        <h2>Classes</h2>
        {Selection(detail, "is in report.json")}{Table(["Class", "#Rows", "#Predicted", "#Right", "#Precision", "#Recall", "#F1", "F1, drawn"], detail.Largest().Select(ClassCells), "How each class is recognized", rowHeader: 0)}
        <h2>Calibration</h2>
        <div class="plots">
        {CalibrationForms.Plot(detail.Calibration, "probability of the predicted class", Happened, MetricText.Of(report.Metrics.GetValueOrDefault(MulticlassMetricNames.CalibrationError)?.Value))}</div>
        {CalibrationForms.Table(detail.Calibration, "Share predicted right")}
        """;

    public static string Markdown(MulticlassDetail detail)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""

            ### Classes
            {Selected(detail, "is in `report.json`")}

            | Class | Rows | Predicted | Right | Precision | Recall | F1 |
            |---|--:|--:|--:|--:|--:|--:|

            """);
        foreach (var (name, rates) in detail.Largest())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Name(name)} | {Number(rates.Rows)} | {Number(rates.Predicted)} | {Number(rates.Right)} | {MetricText.Of(rates.Precision)} | {MetricText.Of(rates.Recall)} | {MetricText.Of(rates.F1)} |\n");
        }

        AppendConfusions(text, detail.Confusion);
        return text.Append(CalibrationForms.Markdown(detail.Calibration, Happened)).ToString();
    }

    private static void AppendConfusions(StringBuilder text, ClassConfusion confusion)
    {
        var wrong = from actual in Enumerable.Range(0, confusion.Names.Count)
                    from predicted in Enumerable.Range(0, confusion.Names.Count)
                    where actual != predicted && confusion.Counts[actual][predicted] > 0
                    orderby confusion.Counts[actual][predicted] descending, actual, predicted
                    select (Actual: actual, Predicted: predicted, Rows: confusion.Counts[actual][predicted]);
        var shown = wrong.Take(MostConfusions).ToList();
        text.Append(shown.Count == 0 ? "\nNo class shown is taken for another one.\n" : "\n### Most frequent errors\n| True class | Predicted as | Rows | Of the true class |\n|---|---|--:|--:|\n");
        foreach (var (actual, predicted, rows) in shown)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Name(confusion.Names[actual])} | {Name(confusion.Names[predicted])} | {Number(rows)} | {100.0 * rows / confusion.Counts[actual].Sum():0.0} % |\n");
        }
    }

    private static string[] ClassCells(ClassResult one) =>
    [
        Text(VisibleText.Name(one.Name)),
        Number(one.Rates.Rows),
        Number(one.Rates.Predicted),
        Number(one.Rates.Right),
        MetricText.Of(one.Rates.Precision),
        MetricText.Of(one.Rates.Recall),
        MetricText.Of(one.Rates.F1),
        Bar(one.Rates.F1 ?? 0),
    ];

    private static string Selection(MulticlassDetail detail, string rest) => detail.Confusion.HasOthers ? $"<p>{Text(Selected(detail, rest))}</p>\n" : string.Empty;

    private static string Selected(MulticlassDetail detail, string rest) =>
        detail.Confusion.HasOthers ? $"The {MulticlassDetail.MostShown} classes with the most rows, of {Number(detail.Classes.Count)}; what there is {rest}." : $"All {Number(detail.Classes.Count)} classes.";

    private static string Name(string name) => MarkdownText.Of(VisibleText.Name(name));
}
