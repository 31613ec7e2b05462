using System.Text;
using Pipeline.Delivery.DriftChecks.Outputs.Html;
using Pipeline.Delivery.Reports;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// Writes every form of a drift report. Each file appears whole; drift.json comes last, so that who waits for it finds the others;
/// it alone names rare categories.
/// </summary>
public sealed class DriftReportWriter(RunStore store)
{
    /// <param name="report">What was found.</param>
    /// <param name="directory">Such as <c>artifacts/reports/&lt;model&gt;/drift</c>: on the store's volume, made if absent. Files of an earlier check are replaced.</param>
    /// <param name="command">What makes the report again; the page shows it.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="ArgumentException">A number of the report is NaN or infinite; nothing is written then.</exception>
    public DriftFiles Write(DriftReport report, string directory, string command)
    {
        var json = DriftJson.Serialize(report);
        var published = PublishedReport.Of(report);
        var paths = ReportFiles.Write(
            store,
            directory,
            [
                (DriftFiles.HtmlName, Encoding.UTF8.GetBytes(DriftPage.Render(published, command))),
                (DriftFiles.MarkdownName, Encoding.UTF8.GetBytes(DriftMarkdown.Render(published))),
                (DriftFiles.JUnitName, Encoding.UTF8.GetBytes(DriftJUnit.Render(published))),
                (DriftFiles.MetricsName, Encoding.UTF8.GetBytes(DriftMetricsText.Render(report))),
                (DriftFiles.JsonName, json),
            ]);
        return new DriftFiles(paths[0], paths[1], paths[2], paths[3], paths[4]);
    }
}
