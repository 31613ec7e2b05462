using System.Globalization;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Benchmarks.DriftSimulation;

/// <summary>Windows of a model with 20 features, each against a reference of its own: with no drift at all, or with some features shifted by half a standard deviation.</summary>
/// <param name="Family">What the features look like.</param>
/// <param name="ReferenceRows">Training rows.</param>
/// <param name="CurrentRows">Rows of the window.</param>
/// <param name="ShiftedFeatures">How many features, the first ones, are shifted in the window.</param>
/// <param name="MinRows">Of the policy, which is the default but for it.</param>
/// <param name="Seed">The same seed gives the same rows.</param>
internal sealed record SimulatedWindows(FeatureFamily Family, int ReferenceRows, int CurrentRows, int ShiftedFeatures, long MinRows, int Seed)
{
    public const int Features = 20;

    private const int TrainingToTest = 4;

    /// <summary>Judges one window.</summary>
    public WindowDrift Judge(int repetition)
    {
        var seed = unchecked((Seed * 1_000_003) + (repetition * 7_919));
        var training = new SimulatedColumns(Family, ReferenceRows, seed);
        var test = new SimulatedColumns(Family, ReferenceRows / TrainingToTest, seed + 1);
        var window = new SimulatedColumns(Family, CurrentRows, seed + 2);
        var profiles = new List<FeatureProfile>();
        var counts = new Dictionary<string, FeatureCounts>(StringComparer.Ordinal);
        for (var feature = 0; feature < Features; feature++)
        {
            var name = feature.ToString(CultureInfo.InvariantCulture);
            var (profile, current) = SimulatedColumns.IsCategorical(Family, feature)
                ? Categories(name, training.Categories(feature), test.Categories(feature), window.Categories(feature))
                : Numbers(name, training.Numbers(feature, isShifted: false), test.Numbers(feature, isShifted: false), window.Numbers(feature, feature < ShiftedFeatures));
            profiles.Add(profile);
            counts.Add(name, current);
        }

        var none = new PredictionCounts([0], new Dictionary<string, long>());
        var reference = new ReferenceProfile(ReferenceProfile.CurrentSchemaVersion, ReferenceRows, ReferenceRows / TrainingToTest, profiles, new PredictionProfile(new QuantileBins([]), none, none));
        return DriftJudge.Judge(reference, new LiveProfile(From: null, To: null, CurrentRows, counts, Predictions: null, Labels: null), DriftPolicy.Default with { MinRows = MinRows });
    }

    /// <summary>Judges many windows on all processors.</summary>
    public IReadOnlyList<WindowDrift> JudgeAll(int repetitions)
    {
        var windows = new WindowDrift[repetitions];
        Parallel.For(0, repetitions, repetition => windows[repetition] = Judge(repetition));
        return windows;
    }

    private static (FeatureProfile Profile, FeatureCounts Current) Numbers(string name, float[] training, float[] test, float[] window)
    {
        var profile = FeatureProfile.OfNumbers(name, training, test);
        var cells = new NumericCells((NumericBins)profile.Bins, profile.Minimum, profile.Maximum);
        var counts = new long[cells.Count];
        foreach (var value in window)
        {
            counts[cells.CellOf(value)]++;
        }

        return (profile, cells.ToCounts(counts));
    }

    private static (FeatureProfile Profile, FeatureCounts Current) Categories(string name, string[] training, string[] test, string[] window)
    {
        var profile = FeatureProfile.OfCategories(name, training, test);
        var cells = new CategoryCells((CategoryBins)profile.Bins, training.Distinct(StringComparer.Ordinal));
        var counts = new long[cells.Count];
        foreach (var value in window)
        {
            counts[cells.CellOf(value)]++;
        }

        return (profile, cells.ToCounts(counts));
    }
}
