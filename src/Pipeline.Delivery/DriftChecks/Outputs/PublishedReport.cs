using System.Text.RegularExpressions;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// A report as people may see it. A value or category that only few rows have may name somebody, and a report is read by more people than the rows are: such ones are merged in
/// the bins and not named in reasons. A side without any row tells of nobody. Classes that the model answers are its own words, and intervals are no values: both stay.
/// </summary>
internal static class PublishedReport
{
    /// <summary>With fewer rows than this on a side, a category is not named.</summary>
    public const int LeastRows = 5;

    public const string RareLabel = "rare values";

    private static readonly TimeSpan MaskTimeout = TimeSpan.FromSeconds(10);

    public static DriftReport Of(DriftReport report)
    {
        var windows = report.Windows.Select(Of).ToList();
        return report with
        {
            Reason = Mask(report.Reason, report.Windows.SelectMany(window => window.Drift.Subjects).SelectMany(RareOf)),
            Windows = windows,
        };
    }

    private static WindowReport Of(WindowReport window) => window with
    {
        Drift = window.Drift with
        {
            Reason = Mask(window.Drift.Reason, window.Drift.Subjects.SelectMany(RareOf)),
            Subjects = [.. window.Drift.Subjects.Select(Of)],
        },
    };

    private static SubjectDrift Of(SubjectDrift subject)
    {
        var rare = RareOf(subject).ToHashSet();
        return rare.Count == 0
            ? subject
            : subject with
            {
                Reason = Mask(subject.Reason, rare),

                // The last bin is that of other values, which names none; it stays the last.
                Bins = [.. subject.Bins.SkipLast(1).Where(bin => !rare.Contains(bin)), FoldedBins.Merge(RareLabel, rare), subject.Bins[^1]],
            };
    }

    private static IEnumerable<BinDrift> RareOf(SubjectDrift subject) => subject.Kind != SubjectKind.Feature || AreIntervals(subject.Bins)
        ? []
        : subject.Bins.SkipLast(1).Where(bin => bin.Reference is > 0 and < LeastRows || bin.Current is > 0 and < LeastRows);

    // Categories and single values always end with the bin of other values, so that none of them can be taken for intervals, whatever it is named.
    private static bool AreIntervals(IReadOnlyList<BinDrift> bins) => bins.Count <= 1 || bins[^1].Label.StartsWith("> ", StringComparison.Ordinal);

    // A number may stand in a reason for many things: it is masked only where it is said to be the bin that moved.
    private static string Mask(string reason, IEnumerable<BinDrift> rare)
    {
        foreach (var label in rare.Select(bin => bin.Label).Where(label => label.Length > 0 && reason.Contains(label, StringComparison.Ordinal)).Distinct().OrderByDescending(label => label.Length))
        {
            var name = Regex.Escape(label);
            var pattern = label.Any(char.IsLetter) ? $@"(?<![\p{{L}}\p{{N}}]){name}(?![\p{{L}}\p{{N}}])" : $@"(?<=from ){name}(?= \()";
            reason = Regex.Replace(reason, pattern, RareLabel, RegexOptions.CultureInvariant, MaskTimeout);
        }

        return reason;
    }
}
