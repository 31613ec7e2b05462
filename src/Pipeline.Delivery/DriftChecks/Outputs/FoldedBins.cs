using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>Several bins shown as one.</summary>
internal static class FoldedBins
{
    /// <summary>At most so many bins, those with the largest part in the PSI, in their order; the rest in one.</summary>
    /// <param name="bins">All.</param>
    /// <param name="most">At least 2.</param>
    public static IReadOnlyList<BinDrift> Of(IReadOnlyList<BinDrift> bins, int most)
    {
        if (bins.Count <= most)
        {
            return bins;
        }

        var kept = bins.Index().OrderByDescending(bin => bin.Item.Contribution).Take(most - 1).Select(bin => bin.Index).ToHashSet();
        var rest = bins.Where((_, index) => !kept.Contains(index)).ToList();
        return [.. bins.Where((_, index) => kept.Contains(index)), Merge($"{rest.Count} more bins", rest)];
    }

    /// <summary>Sums of counts, shares and parts: parts still add up to the PSI.</summary>
    public static BinDrift Merge(string label, IReadOnlyCollection<BinDrift> bins) => new(
        label,
        bins.Sum(bin => bin.Reference),
        bins.Sum(bin => bin.Current),
        bins.Sum(bin => bin.ReferenceShare),
        bins.Sum(bin => bin.CurrentShare),
        bins.Sum(bin => bin.Contribution));
}
