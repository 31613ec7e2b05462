using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>Puts what came in the same hours of earlier seasons in the place of a package's training and test rows, where business has a rhythm that training rows blur.</summary>
internal static class SeasonalReference
{
    /// <summary>The profile with the seasons' counts, added up.</summary>
    /// <returns>Null if the seasons have fewer rows than the policy asks for.</returns>
    public static ReferenceProfile? Of(ReferenceProfile profile, IReadOnlyList<LiveProfile> seasons, DriftPolicy policy)
    {
        var rows = seasons.Sum(season => season.Rows);
        if (rows < policy.MinRows)
        {
            return null;
        }

        var features = profile.Features.Select(feature => feature with { Training = Sum(feature, seasons) }).ToList();
        var answers = seasons.Select(season => season.Predictions).OfType<PredictionCounts>().ToList();
        var predictions = answers.Count == 0 ? profile.Predictions : profile.Predictions with
        {
            Test = new PredictionCounts(
                [.. Enumerable.Range(0, profile.Predictions.Bins.Count).Select(bin => answers.Sum(counts => counts.Bins[bin]))],
                profile.Predictions.Test.Labels.Keys.ToDictionary(label => label, label => answers.Sum(counts => counts.Labels.GetValueOrDefault(label)))),
        };
        var labels = seasons.Select(season => season.Labels).OfType<IReadOnlyDictionary<string, long>>().ToList();
        var numbers = seasons.Select(season => season.Target).OfType<FeatureCounts>().ToList();
        return profile with
        {
            TrainingRows = rows,
            Features = features,
            Predictions = predictions,
            Labels = labels.Count == 0 ? profile.Labels : Sum(profile, labels),
            Target = profile.Target is { } target && numbers.Count > 0 ? target with { Test = Sum(target, numbers) } : profile.Target,
        };
    }

    private static LabelCounts Sum(ReferenceProfile profile, List<IReadOnlyDictionary<string, long>> labels)
    {
        var sum = profile.Predictions.Test.Labels.Keys.ToDictionary(label => label, label => labels.Sum(counts => counts.GetValueOrDefault(label)), StringComparer.Ordinal);
        return new LabelCounts(sum, sum);
    }

    private static FeatureCounts Sum(FeatureProfile feature, IReadOnlyList<LiveProfile> seasons) =>
        Sum(feature, [.. seasons.Select(season => season.Features.GetValueOrDefault(feature.Name)).OfType<FeatureCounts>()]);

    private static FeatureCounts Sum(FeatureProfile profile, List<FeatureCounts> counts) => new(
        [.. Enumerable.Range(0, profile.Bins.Count).Select(bin => counts.Sum(count => count.Bins[bin]))],
        counts.Sum(count => count.Missing),
        counts.Sum(count => count.NotFinite),
        counts.Sum(count => count.BelowRange),
        counts.Sum(count => count.AboveRange),
        counts.Sum(count => count.Unseen));
}
