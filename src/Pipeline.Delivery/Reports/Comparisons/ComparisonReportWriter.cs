using System.Text;
using Pipeline.Delivery.Comparisons;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>Writes a comparison in every form: for people, for a pull request and for programs.</summary>
public sealed class ComparisonReportWriter(string artifactsDirectory, RunStore store)
{
    /// <returns>The files' paths. compare.json comes last, so that who waits for it finds the others.</returns>
    public ComparisonFiles Write(ModelComparison comparison)
    {
        var paths = ReportFiles.Write(
            store,
            Path.Combine(artifactsDirectory, "reports", comparison.Name),
            [
                (ComparisonFiles.HtmlName, Encoding.UTF8.GetBytes(ComparisonPage.Render(comparison))),
                (ComparisonFiles.MarkdownName, Encoding.UTF8.GetBytes(ComparisonMarkdown.Render(comparison))),
                (ComparisonFiles.JsonName, PackageJson.Serialize(comparison)),
            ]);
        return new ComparisonFiles(paths[0], paths[1], paths[2]);
    }
}
