using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// Bins as they are shown to people. A value or category that only few rows have may name somebody, so such ones are merged; a report is read by more people than the rows are.
/// A side without any row tells of nobody. Classes that the model answers are its own words, and intervals are no values: both stay.
/// </summary>
internal static class PublishedBins
{
    /// <summary>With fewer rows than this on a side, a category is not named.</summary>
    public const int LeastRows = 5;

    public const string RareLabel = "rare values";

    /// <summary>All bins, rare categories merged into one before the last.</summary>
    public static IReadOnlyList<BinDrift> Of(SubjectDrift subject)
    {
        if (subject.Kind != SubjectKind.Feature || AreIntervals(subject.Bins))
        {
            return subject.Bins;
        }

        // The last bin is that of other values, which names none.
        var named = subject.Bins.SkipLast(1).ToList();
        var rare = named.Where(IsRare).ToList();
        return rare.Count == 0 ? subject.Bins : [.. named.Where(bin => !IsRare(bin)), Merged(RareLabel, rare), subject.Bins[^1]];
    }

    /// <summary>At most so many bins, those with the largest part in the PSI, in their order; the rest in one.</summary>
    /// <param name="subject">Its bins.</param>
    /// <param name="most">At least 2.</param>
    public static IReadOnlyList<BinDrift> Of(SubjectDrift subject, int most)
    {
        var bins = Of(subject);
        if (bins.Count <= most)
        {
            return bins;
        }

        var kept = bins.Index().OrderByDescending(bin => bin.Item.Contribution).Take(most - 1).Select(bin => bin.Index).ToHashSet();
        var rest = bins.Where((_, index) => !kept.Contains(index)).ToList();
        return [.. bins.Where((_, index) => kept.Contains(index)), Merged($"{rest.Count} more bins", rest)];
    }

    // Categories and single values always end with the bin of other values, so that none of them can be taken for intervals, whatever it is named.
    private static bool AreIntervals(IReadOnlyList<BinDrift> bins) => bins.Count <= 1 || bins[^1].Label.StartsWith("> ", StringComparison.Ordinal);

    private static bool IsRare(BinDrift bin) => bin.Reference is > 0 and < LeastRows || bin.Current is > 0 and < LeastRows;

    private static BinDrift Merged(string label, IReadOnlyList<BinDrift> bins) => new(
        label,
        bins.Sum(bin => bin.Reference),
        bins.Sum(bin => bin.Current),
        bins.Sum(bin => bin.ReferenceShare),
        bins.Sum(bin => bin.CurrentShare),
        bins.Sum(bin => bin.Contribution));
}
