using System.Globalization;

namespace Pipeline.Drift.Verdicts;

/// <summary>What is in a bin, in words of people.</summary>
internal static class BinLabels
{
    private const string Other = "other";

    public static IReadOnlyList<string> Of(FeatureBins bins) => bins switch
    {
        QuantileBins quantiles => OfEdges(quantiles.Edges),
        ValueBins values => [.. values.Values.Select(value => value.ToString(CultureInfo.InvariantCulture)), Other],
        CategoryBins categories => [.. categories.Categories, Other],
        _ => throw new ArgumentException($"There are no labels for {bins.GetType().Name}.", nameof(bins)),
    };

    private static string[] OfEdges(IReadOnlyList<double> edges)
    {
        if (edges.Count == 0)
        {
            return ["all"];
        }

        // A float's seven digits, unless two edges would then read the same.
        var texts = edges.Select(edge => edge.ToString("G7", CultureInfo.InvariantCulture)).ToArray();
        if (texts.Distinct(StringComparer.Ordinal).Count() < texts.Length)
        {
            texts = [.. edges.Select(edge => edge.ToString("R", CultureInfo.InvariantCulture))];
        }

        return [$"≤ {texts[0]}", .. texts.Zip(texts.Skip(1), (lower, upper) => $"({lower}, {upper}]"), $"> {texts[^1]}"];
    }
}
