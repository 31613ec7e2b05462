using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>A column that two models do not take alike.</summary>
/// <param name="Name">The column.</param>
/// <param name="Change">How it differs.</param>
/// <param name="AddedCategories">That only the first model knows.</param>
/// <param name="RemovedCategories">That only the second knows.</param>
public sealed record FeatureDifference(string Name, FeatureChange Change, IReadOnlyList<string> AddedCategories, IReadOnlyList<string> RemovedCategories)
{
    /// <returns>Columns of both, by name; those that are alike left out.</returns>
    internal static IReadOnlyList<FeatureDifference> Of(FeatureSchema one, FeatureSchema other)
    {
        var (ours, theirs) = (one.Features.ToDictionary(feature => feature.Name), other.Features.ToDictionary(feature => feature.Name));
        return [.. ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Select(name => Of(name, ours.GetValueOrDefault(name), theirs.GetValueOrDefault(name))).OfType<FeatureDifference>()];
    }

    private static FeatureDifference? Of(string name, Feature? one, Feature? other)
    {
        if (one is null || other is null || one.Kind != other.Kind)
        {
            return new FeatureDifference(name, other is null ? FeatureChange.Added : one is null ? FeatureChange.Removed : FeatureChange.Kind, [], []);
        }

        IReadOnlyList<string> added = [.. (one.Categories ?? []).Except(other.Categories ?? [])], removed = [.. (other.Categories ?? []).Except(one.Categories ?? [])];
        return added.Count + removed.Count == 0 ? null : new FeatureDifference(name, FeatureChange.Categories, added, removed);
    }
}
