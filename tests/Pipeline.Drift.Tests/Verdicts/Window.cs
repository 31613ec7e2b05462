using Pipeline.Drift.Verdicts;

namespace Pipeline.Drift.Tests.Verdicts;

/// <summary>Profiles and windows of a few features, made of rows.</summary>
internal static class Window
{
    private static readonly PredictionCounts NoAnswers = new([0], new Dictionary<string, long>());

    public static ReferenceProfile Reference(params FeatureProfile[] features) => new(
        ReferenceProfile.CurrentSchemaVersion,
        features.Select(feature => feature.Training.Rows).DefaultIfEmpty().Max(),
        features.Select(feature => feature.Test.Rows).DefaultIfEmpty().Max(),
        features,
        new PredictionProfile(new QuantileBins([]), NoAnswers, NoAnswers));

    public static LiveProfile Live(params (string Name, FeatureCounts Counts)[] features) => new(
        From: null,
        To: null,
        features.Select(feature => feature.Counts.Rows).DefaultIfEmpty().Max(),
        features.ToDictionary(feature => feature.Name, feature => feature.Counts, StringComparer.Ordinal),
        Predictions: null,
        Labels: null);

    public static (string Name, FeatureCounts Counts) Numbers(FeatureProfile profile, IEnumerable<float> values)
    {
        var cells = new NumericCells((NumericBins)profile.Bins, profile.Minimum, profile.Maximum);
        return (profile.Name, Count(cells, values.Select(cells.CellOf)));
    }

    /// <param name="profile">The feature.</param>
    /// <param name="known">Every value of training, also those without a bin of their own.</param>
    /// <param name="values">Rows of the window.</param>
    public static (string Name, FeatureCounts Counts) Categories(FeatureProfile profile, IEnumerable<string?> known, IEnumerable<string?> values)
    {
        var cells = new CategoryCells((CategoryBins)profile.Bins, known.OfType<string>().Distinct());
        return (profile.Name, Count(cells, values.Select(cells.CellOf)));
    }

    public static float[] Normal(int rows, int seed, double mean = 0, double sigma = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => (float)(mean + (sigma * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))))];
    }

    /// <summary>Each value as often as it says.</summary>
    public static string?[] Rows(params (string? Value, int Count)[] counts) => [.. counts.SelectMany(count => Enumerable.Repeat(count.Value, count.Count))];

    private static FeatureCounts Count(FeatureCells cells, IEnumerable<int> values)
    {
        var counts = new long[cells.Count];
        foreach (var cell in values)
        {
            counts[cell]++;
        }

        return cells.ToCounts(counts);
    }
}
