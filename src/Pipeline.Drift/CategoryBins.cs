using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>One bin for each of the commonest categories of training, the commonest first, and a last one for all other values, those that training did not see among them.</summary>
public sealed class CategoryBins : FeatureBins
{
    /// <summary>How many categories get a bin of their own by default: enough for the shape of a distribution, few enough for one time series each.</summary>
    public const int DefaultMaxCategories = 50;

    private readonly FrozenDictionary<string, int> _indices;

    /// <param name="categories">No value twice.</param>
    public CategoryBins(IReadOnlyList<string> categories)
    {
        Categories = [.. categories];
        _indices = Categories.Select((category, index) => KeyValuePair.Create(category, index)).DistinctBy(pair => pair.Key, StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The categories that have a bin of their own; bin i is that of category i.</summary>
    public IReadOnlyList<string> Categories { get; }

    [JsonIgnore]
    public override int Count => Categories.Count + 1;

    /// <summary>The bin of everything else.</summary>
    [JsonIgnore]
    public int Other => Categories.Count;

    /// <summary>Bins for a column.</summary>
    /// <param name="training">How often training saw each value; of equally common ones the ordinally lesser comes first.</param>
    /// <param name="maxCategories">How many get a bin of their own.</param>
    public static CategoryBins Of(IEnumerable<KeyValuePair<string, long>> training, int maxCategories = DefaultMaxCategories) =>
        new([.. training.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(maxCategories).Select(count => count.Key)]);

    public int IndexOf(string value) => _indices.GetValueOrDefault(value, Other);
}
