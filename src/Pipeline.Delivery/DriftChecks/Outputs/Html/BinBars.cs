using System.Globalization;
using System.Text;
using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>
/// A subject's bins as bars, side by side with each bin's part of the PSI. Lengths are shares of the drawing's width and heights are pixels, so that letters keep their size on
/// a phone: a scaled drawing's would not.
/// </summary>
internal static class BinBars
{
    private const int RowHeight = 36;
    private const int HeaderHeight = 18;
    private const int LabelWidth = 20;

    // Of the width, in percent: shares on the left, parts of the PSI on the right; drift.css begins those at the same place. Heights are there, too: they are in every bar.
    private const double SharesWidth = 64;
    private const double PartsStart = 70;
    private const double PartsWidth = 30;

    public static string Render(SubjectDrift subject, int mostBins)
    {
        var bins = FoldedBins.Of(subject.Bins, mostBins);
        if (bins.Count == 0 || subject.Effect is null)
        {
            return "<p>There are no values to draw on one side or on both.</p>";
        }

        // The noise floor is the sum over bins of this times one less the bin's share.
        var noise = (1d / subject.ReferenceRows) + (1d / subject.CurrentRows);
        var longestShare = Math.Max(bins.Max(bin => Math.Max(bin.ReferenceShare, bin.CurrentShare)), double.Epsilon);
        var longestPart = Math.Max(Math.Max(bins.Max(bin => bin.Contribution), noise * 1.25), double.Epsilon);
        var height = HeaderHeight + (bins.Count * RowHeight);
        var noiseAt = Percent(PartsStart + (noise / longestPart * PartsWidth));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg role="img" height="{height}"><title>Bins of {Text(VisibleText.Name(subject.Name))}</title><desc>Shares of rows by bin, reference against window. Moved most: {Text(MovedMost.Of(subject))}</desc>
            <text class="q" y="11">share: reference, window</text><text class="q e" x="100%" y="11">part of the PSI</text>

            """);
        var texts = new StringBuilder();
        foreach (var (index, bin) in bins.Index())
        {
            var top = HeaderHeight + (index * RowHeight);
            AppendBars(svg, bin, top, longestShare, longestPart);
            AppendText(texts, bin, top);
        }

        // The line lies over the bars that it is to be compared with, and below all text: on a phone there is no room beside it.
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"n\" x1=\"{noiseAt}\" x2=\"{noiseAt}\" y1=\"{HeaderHeight}\" y2=\"{height}\"/>\n");
        return svg.Append(texts).Append("</svg>").ToString();
    }

    private static void AppendBars(StringBuilder svg, BinDrift bin, int top, double longestShare, double longestPart)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"r\" y=\"{top + 18}\" width=\"{Percent(bin.ReferenceShare / longestShare * SharesWidth)}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"c\" y=\"{top + 25}\" width=\"{Percent(bin.CurrentShare / longestShare * SharesWidth)}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"k\" y=\"{top + 18}\" width=\"{Percent(Math.Max(bin.Contribution, 0) / longestPart * PartsWidth)}\"/>\n");
    }

    private static void AppendText(StringBuilder svg, BinDrift bin, int top)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<text y=\"{top + 13}\">{Text(VisibleText.Name(bin.Label, LabelWidth))}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"e\" x=\"100%\" y=\"{top + 13}\">{DriftPage.Share(bin.ReferenceShare)} → {DriftPage.Share(bin.CurrentShare)}, {NumberText.Psi(bin.Contribution)}</text>\n");
    }

    private static string Percent(double value) => value.ToString("0.#", CultureInfo.InvariantCulture) + "%";
}
