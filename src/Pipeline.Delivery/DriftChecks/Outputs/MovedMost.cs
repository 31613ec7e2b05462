using Pipeline.Delivery.Reports;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>What a reader should look at first in a subject: the bin with the largest part in the PSI, or the rate that drifted if that moved further.</summary>
internal static class MovedMost
{
    private const int LabelWidth = 24;

    /// <summary>What moved and its shares; a dash if nothing did.</summary>
    public static string Of(SubjectDrift subject)
    {
        var bin = subject.Bins.MaxBy(bin => bin.Contribution);
        var rate = WorstFirst.Rates([subject]).Select(row => row.Rate).FirstOrDefault();
        if (rate is not null && (bin is null || Math.Abs(rate.CurrentRate - rate.ReferenceRate) > Math.Abs(bin.CurrentShare - bin.ReferenceShare)))
        {
            return $"{VerdictText.Phrase(rate.State)}: {NumberText.Percent(rate.ReferenceRate)} → {NumberText.Percent(rate.CurrentRate)}";
        }

        return bin switch
        {
            null or { Contribution: <= 0 } => NumberText.None,
            // Together they may have moved less than one by one.
            { Label: PublishedReport.RareLabel } => PublishedReport.RareLabel,
            _ => $"{VisibleText.Name(bin.Label, LabelWidth)}: {NumberText.Percent(bin.ReferenceShare)} → {NumberText.Percent(bin.CurrentShare)}",
        };
    }
}
