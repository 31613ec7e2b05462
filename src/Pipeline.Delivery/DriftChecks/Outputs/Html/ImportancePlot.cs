using System.Globalization;
using System.Text;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>How much the model needs a feature against how far it drifted: what is at the top right matters.</summary>
internal static class ImportancePlot
{
    private const int Height = 320;
    private const int Top = 24;
    private const int Bottom = 272;
    private const double Left = 14;
    private const double Right = 96;
    private const int MaxNames = 6;
    private const int LineHeight = 16;

    private sealed record Point(SubjectDrift Subject, double Importance, double Psi, double X, int Y);

    /// <summary>Nothing if the importance of no feature is known.</summary>
    public static string Render(IReadOnlyList<SubjectDrift> subjects, IReadOnlyDictionary<string, double> importance, DriftPolicy policy)
    {
        var known = subjects.Where(subject => subject is { Kind: SubjectKind.Feature, Effect: not null } && importance.ContainsKey(subject.Name)).ToList();
        if (known.Count == 0)
        {
            return string.Empty;
        }

        var greatestPsi = Math.Max(known.Max(subject => subject.Effect!.AdjustedPsi), policy.DriftPsi * 1.5);
        var least = Math.Min(0, known.Min(subject => importance[subject.Name]));
        var greatest = Math.Max(known.Max(subject => importance[subject.Name]), least + 0.001);
        int Y(double psi) => (int)Math.Round(Bottom - (Math.Sqrt(Math.Max(psi, 0) / greatestPsi) * (Bottom - Top)));
        double X(double value) => Left + ((value - least) / (greatest - least) * (Right - Left));
        var points = known.Select(subject => new Point(subject, importance[subject.Name], subject.Effect!.AdjustedPsi, X(importance[subject.Name]), Y(subject.Effect.AdjustedPsi))).ToList();

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <h2>Importance and drift</h2>
            <p>To the right what the model needs (how much worse it does when the feature's values are shuffled; of two classes the area under the ROC curve that it loses), upward how far that drifted (adjusted PSI, square-root scale): what is at the top right matters.</p>
            <div class="plot"><svg role="img" height="{Height}"><title>Importance against adjusted PSI of {points.Count} features</title><desc>{Text(Description(points))}</desc>
            <line class="a" x1="{Percent(Left)}" x2="100%" y1="{Bottom}" y2="{Bottom}"/><line class="a" x1="{Percent(Left)}" x2="{Percent(Left)}" y1="{Top}" y2="{Bottom}"/>
            <text class="q" x="{Percent(Left)}" y="{Bottom + 18}">{Number(least)}</text><text class="q e" x="{Percent(Right)}" y="{Bottom + 18}">{Number(greatest)}</text>
            <text class="q e" x="{Percent(Right)}" y="{Bottom + 36}">importance →</text><text class="q" y="11">adjusted PSI ↑</text>

            """);
        AppendLevel(svg, Y(policy.DriftPsi), $"drift {Number(policy.DriftPsi)}");
        AppendLevel(svg, Y(policy.WarnPsi), $"warn {Number(policy.WarnPsi)}");
        if (Y(policy.DriftPsi) - Top > LineHeight)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"q\" y=\"{Top + 4}\">{Number(Math.Round(greatestPsi, 2))}</text>\n");
        }

        foreach (var point in points.AsEnumerable().Reverse())
        {
            var title = point.Subject.Verdict == DriftVerdict.Ok ? string.Empty : $"<title>{Text(VisibleText.Name(point.Subject.Name))}</title>";
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"m {VerdictText.Word(point.Subject.Verdict)}\" x=\"{Percent(point.X)}\" y=\"{point.Y}\">{VerdictText.Mark(point.Subject.Verdict)}{title}</text>\n");
        }

        foreach (var point in Named(points, greatest))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text{(point.X > (Left + Right) / 2 ? " class=\"e\"" : string.Empty)} x=\"{Percent(point.X)}\" dx=\"{(point.X > (Left + Right) / 2 ? -9 : 9)}\" y=\"{point.Y + 4}\">{Text(VisibleText.Name(point.Subject.Name, 20))}</text>\n");
        }

        return svg.Append("</svg></div>\n").ToString();
    }

    private static void AppendLevel(StringBuilder svg, int y, string name) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"n\" x1=\"{Percent(Left)}\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/><text class=\"q\" y=\"{y + 4}\">{name}</text>\n");

    // The weightiest get their names, as far as no name would stand on another.
    private static List<Point> Named(IReadOnlyList<Point> points, double greatest)
    {
        var named = new List<Point>();
        foreach (var point in points.OrderByDescending(point => Math.Max(point.Importance, greatest / 100) * Math.Max(point.Psi, 0)))
        {
            if (named.Count < MaxNames && named.TrueForAll(other => Math.Abs(other.Y - point.Y) >= LineHeight))
            {
                named.Add(point);
            }
        }

        return named;
    }

    private static string Description(IReadOnlyList<Point> points)
    {
        var drifted = points.Where(point => point.Subject.Verdict == DriftVerdict.Drift).OrderByDescending(point => point.Importance).Take(3).Select(point => VisibleText.Name(point.Subject.Name)).ToList();
        return drifted.Count == 0 ? "No feature drifted." : $"Of those that drifted the model needs most: {string.Join(", ", drifted)}.";
    }

    private static string Percent(double value) => value.ToString("0.#", CultureInfo.InvariantCulture) + "%";
}
