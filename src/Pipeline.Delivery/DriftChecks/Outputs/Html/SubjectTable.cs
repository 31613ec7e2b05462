using System.Globalization;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>Every subject of the last window in one line, the worst first.</summary>
internal static class SubjectTable
{
    public static string Render(IReadOnlyList<SubjectDrift> worstFirst, DriftPolicy policy)
    {
        if (worstFirst.Count == 0)
        {
            return "<h2>What was compared</h2>\n<p>Nothing: the last window has no subject.</p>\n";
        }

        var table = Table(
            ["Subject", "Verdict", "#Adjusted PSI", "#Threshold", "#Noise floor", "#Smallest detectable", "#p (adjusted)", "#n", "#m", "Moved most"],
            worstFirst.Select((subject, index) => Cells(subject, index, policy)),
            "Subjects of the last window, worst first; n rows of the reference, m of the window",
            rowHeader: 0,
            idPrefix: DriftPage.RowId);
        return $"<h2>What was compared</h2>\n{table}\n";
    }

    private static string[] Cells(SubjectDrift subject, int index, DriftPolicy policy)
    {
        var name = DriftPage.Name(subject.Name);
        return
        [
            (index < DriftPage.MaxDetails ? string.Create(CultureInfo.InvariantCulture, $"<a href=\"#{DriftPage.DetailId}{index}\">{name}</a>") : name) + (subject.IsCritical ? " (critical)" : string.Empty),
            DriftPage.Verdict(subject.Verdict),
            NumberText.Psi(subject.Effect?.AdjustedPsi),
            NumberText.Psi(policy.DriftPsi),
            NumberText.Psi(subject.Effect?.NoiseFloor),
            NumberText.Psi(subject.Effect?.SmallestDetectablePsi),
            Text(NumberText.PValue(subject.Test?.AdjustedPValue)),
            NumberText.Count(subject.ReferenceRows),
            NumberText.Count(subject.CurrentRows),
            Text(MovedMost.Of(subject)),
        ];
    }
}
