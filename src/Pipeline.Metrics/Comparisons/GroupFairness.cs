using Pipeline.Metrics.Binary;

namespace Pipeline.Metrics.Comparisons;

/// <summary>How differently a binary model's decisions treat groups of rows; definitions as in Fairlearn. Null where a group's rate is undefined.</summary>
/// <param name="DemographicParityDifference">Greatest less least share of rows that are predicted positive.</param>
/// <param name="DisparateImpactRatio">Least over greatest share of rows that are predicted positive; the four-fifths rule asks for 0.8. Null also if no row of any group is.</param>
/// <param name="EqualOpportunityDifference">Greatest less least recall.</param>
/// <param name="EqualizedOddsDifference">The greater of <paramref name="EqualOpportunityDifference"/> and the same of the false positive rate.</param>
public sealed record GroupFairness(double? DemographicParityDifference, double? DisparateImpactRatio, double? EqualOpportunityDifference, double? EqualizedOddsDifference)
{
    /// <param name="groups">Of each group its rows by label and decision; at least two groups with rows.</param>
    public static GroupFairness Of(IReadOnlyCollection<ConfusionMatrix> groups)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups.Count, 2);
        var selected = Range(groups.Select(group => group.PredictedPositiveRate));
        var recall = Range(groups.Select(group => group.Recall));
        var falsePositives = Range(groups.Select(group => group.FalsePositiveRate));
        return new GroupFairness(
            selected is { } s ? s.Most - s.Least : null,
            selected is ({ } least, > 0 and { } most) ? least / most : null,
            recall is { } r ? r.Most - r.Least : null,
            recall is { } tpr && falsePositives is { } fpr ? Math.Max(tpr.Most - tpr.Least, fpr.Most - fpr.Least) : null);
    }

    private static (double Least, double Most)? Range(IEnumerable<double?> rates)
    {
        var all = rates.ToList();
        return all.Contains(null) ? null : (all.Min()!.Value, all.Max()!.Value);
    }
}
