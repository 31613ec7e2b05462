using System.Globalization;
using System.Text;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>The worst subjects bin by bin, with every number. Those that drifted are open.</summary>
internal static class SubjectDetails
{
    // Together with DriftPage.MaxDetails what keeps the page small: so many lines of bins in all, and at least so many of each subject.
    private const int MaxBinsInAll = 440;
    private const int LeastBins = 11;
    private const int MostBins = 24;

    /// <param name="shown">Those to show, the worst first.</param>
    /// <param name="all">How many there are.</param>
    public static string Render(IReadOnlyList<SubjectDrift> shown, int all)
    {
        if (shown.Count == 0)
        {
            return string.Empty;
        }

        var mostBins = Math.Clamp(MaxBinsInAll / shown.Count, LeastBins, MostBins);
        var html = new StringBuilder("<h2>Bin by bin</h2>\n<p>Of each bin the share of rows, above in the reference and below in the window; beside it the bin's part of the PSI. The dashed line is what chance alone gives a bin.");
        if (all > shown.Count)
        {
            html.Append(CultureInfo.InvariantCulture, $" The {shown.Count} worst of {all}; the others are in {DriftFiles.JsonName}.");
        }

        html.Append("</p>\n");
        foreach (var (index, subject) in shown.Index())
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <details id="{DriftPage.DetailId}{index}"{(subject.Verdict == DriftVerdict.Drift ? " open=\"open\"" : "")}>
                <summary><h3>{DriftPage.Name(subject.Name)}</h3> {DriftPage.Verdict(subject.Verdict)} <span>adjusted PSI {NumberText.Psi(subject.Effect?.AdjustedPsi)}</span></summary>
                <div class="detail">
                <p>{Text(VisibleText.Sentence(subject.Reason))}</p>
                {BinBars.Render(subject, mostBins)}
                <div>
                {Figures(subject)}{Rates(subject)}</div>
                </div>
                </details>

                """);
        }

        return html.ToString();
    }

    private static string Figures(SubjectDrift subject)
    {
        var figures = new List<(string Name, string Value)>
        {
            ("n, reference", NumberText.Count(subject.ReferenceRows)),
            ("m, window", NumberText.Count(subject.CurrentRows)),
        };
        if (subject.Effect is { } effect)
        {
            figures.AddRange(
            [
                ("PSI", NumberText.Psi(effect.Psi)),
                ("Adjusted PSI", NumberText.Psi(effect.AdjustedPsi)),
                ("Noise floor", NumberText.Psi(effect.NoiseFloor)),
                ("Smallest detectable", NumberText.Psi(effect.SmallestDetectablePsi)),
                ("Jensen-Shannon", NumberText.Psi(effect.JensenShannon)),
                ("Greatest difference", NumberText.Percent(effect.LInfinity)),
                ("Total variation", NumberText.Percent(effect.TotalVariation)),
            ]);
        }

        if (subject.Test is { } test)
        {
            var freedom = test.DegreesOfFreedom is { } degrees ? string.Create(CultureInfo.InvariantCulture, $", {degrees} df") : string.Empty;
            figures.Add((TestName(test.Name) + (test.IsApproximate ? " (rough)" : string.Empty), test.Statistic.ToString("0.###", CultureInfo.InvariantCulture) + freedom));
            figures.Add(("p", NumberText.PValue(test.PValue)));
            figures.Add(("p (adjusted)", NumberText.PValue(test.AdjustedPValue)));
        }

        if (subject.Samples is { } samples)
        {
            figures.Add(("KS of the values", $"{NumberText.Psi(samples.KolmogorovSmirnov)}, p {NumberText.PValue(samples.PValue)}"));
            figures.Add(("Wasserstein", Number(samples.Wasserstein) + (samples.WassersteinOverSigma is { } sigmas ? $" ({Number(sigmas)} σ)" : string.Empty)));
        }

        return $"<dl class=\"figures\">{string.Concat(figures.Select(figure => $"<div><dt>{Text(figure.Name)}</dt><dd>{Text(figure.Value)}</dd></div>"))}</dl>\n";
    }

    private static string Rates(SubjectDrift subject)
    {
        if (subject.Rates.Count == 0)
        {
            return string.Empty;
        }

        var known = subject.Rates.Where(rate => rate.Reference > 0 || rate.Current > 0 || rate.Verdict != DriftVerdict.Ok).ToList();
        return known.Count == 0
            ? "<p>No value is missing, infinite, unseen or out of range on either side.</p>\n"
            : $"<dl class=\"figures rates\">{string.Concat(known.Select(rate => $"<div><dt>{VerdictText.Phrase(rate.State)}</dt><dd>{Verdict(rate.Verdict)}{DriftPage.Share(rate.ReferenceRate)} → {DriftPage.Share(rate.CurrentRate)}, p {Text(NumberText.PValue(rate.Test.AdjustedPValue))}</dd></div>"))}</dl>\n";
    }

    private static string Verdict(DriftVerdict verdict) => verdict == DriftVerdict.Ok ? string.Empty : DriftPage.Verdict(verdict) + " ";

    private static string TestName(string name) => name switch
    {
        "ks" => "Kolmogorov-Smirnov",
        "chi2" => "χ²",
        "fisher" => "Fisher's exact test",
        _ => VisibleText.Name(name),
    };
}
