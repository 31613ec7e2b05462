using Pipeline.Delivery.Data.Checks;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What was found in the data before anything was trained.</summary>
internal static class DataCheckSection
{
    /// <summary>Nothing if that is not known.</summary>
    public static string Html(IReadOnlyList<DataCheckOutcome> outcomes) => outcomes.Count == 0 ? string.Empty : $"""
        <h2>Checks of the data</h2>
        <p>By data.checks of model.yaml; of each check what is at fault, or else what is nearest to it.</p>
        {Table(["Check", "Result", "About", "Found"], outcomes.Select(Cells), "Checks of the data", rowHeader: 0)}
        """;

    private static string[] Cells(DataCheckOutcome outcome) =>
    [
        Text(outcome.Check),
        outcome.Status switch
        {
            DataCheckStatus.Pass => "<strong class=\"pass\">pass</strong>",
            DataCheckStatus.Fail => "<strong class=\"fail\">FAIL</strong>",
            _ => Text(outcome.Status.ToString().ToLowerInvariant()),
        },
        Text(outcome.Subject is null ? "–" : VisibleText.Name(outcome.Subject)),
        Text(VisibleText.Sentence(outcome.Found)),
    ];
}
