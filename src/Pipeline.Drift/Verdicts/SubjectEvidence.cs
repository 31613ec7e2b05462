using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Verdicts;

/// <summary>The counts of one subject on both sides and the tests of them, before they are judged among all tests of a window.</summary>
internal sealed record SubjectEvidence
{
    private const string PredictionName = "prediction";
    private const string PredictedLabelName = "predicted label";
    private const string LabelName = "label";

    private SubjectEvidence(string name, SubjectKind kind, IReadOnlyList<string> labels, FeatureBins? bins, IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var areOrdered = bins is QuantileBins;
        (Name, Kind, Labels, Reference, Current) = (name, kind, labels, reference, current);
        (ReferenceValues, CurrentValues) = (reference.Sum(), current.Sum());
        Rows = CurrentValues;
        Used = [.. Enumerable.Range(0, labels.Count).Where(bin => areOrdered || reference[bin] + current[bin] > 0)];
        if (ReferenceValues > 0 && CurrentValues > 0)
        {
            Test = bins switch
            {
                QuantileBins => KolmogorovSmirnov.Test(reference, current),
                CategoryBins categories => TestOfCategories(categories, reference, current),
                _ => HomogeneityTest.Test(reference, current, areNeighbours: bins is ValueBins),
            };
        }
    }

    public string Name { get; }

    public SubjectKind Kind { get; }

    public IReadOnlyList<string> Labels { get; }

    public IReadOnlyList<long> Reference { get; }

    public IReadOnlyList<long> Current { get; }

    public long ReferenceValues { get; }

    public long CurrentValues { get; }

    /// <summary>Current rows, those without a value in a bin among them.</summary>
    public long Rows { get; private init; }

    /// <summary>The bins that count: between quantiles all, else those that are not empty on both sides.</summary>
    public IReadOnlyList<int> Used { get; }

    /// <summary>Of the distribution; null if either side has no value.</summary>
    public TestOutcome? Test { get; }

    public IReadOnlyList<RateEvidence> Rates { get; private init; } = [];

    public static SubjectEvidence OfFeature(FeatureProfile profile, FeatureCounts? counts)
    {
        var current = counts ?? new FeatureCounts(new long[profile.Bins.Count], 0, 0, 0, 0, 0);
        return new SubjectEvidence(profile.Name, SubjectKind.Feature, BinLabels.Of(profile.Bins), profile.Bins, profile.Training.Bins, current.Bins)
        {
            Rows = current.Rows,
            Rates = [.. Enum.GetValues<ValueState>().Where(state => state != ValueState.Ok).Select(state => RateEvidence.Of(state, profile, current))],
        };
    }

    public static SubjectEvidence OfPredictions(PredictionProfile profile, PredictionCounts current) =>
        new(PredictionName, SubjectKind.Prediction, BinLabels.Of(profile.Bins), profile.Bins, profile.Test.Bins, current.Bins);

    public static SubjectEvidence OfPredictedLabels(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current) =>
        OfLabels(PredictedLabelName, SubjectKind.PredictedLabel, reference, current);

    public static SubjectEvidence OfLabels(IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current) =>
        OfLabels(LabelName, SubjectKind.Label, reference, current);

    /// <summary>The labels of a model of a number.</summary>
    public static SubjectEvidence OfTarget(FeatureProfile profile, FeatureCounts current) =>
        new(LabelName, SubjectKind.Label, BinLabels.Of(profile.Bins), profile.Bins, profile.Test.Bins, current.Bins);

    /// <summary>Whether the distribution can be judged.</summary>
    public bool HasEnoughValues(long minRows) => Test is not null && CurrentValues >= minRows;

    /// <summary>The tests that the subject adds to the window's family: those that may decide something.</summary>
    public IEnumerable<TestOutcome> Family(long minRows)
    {
        if (Rows < minRows)
        {
            return [];
        }

        var rates = Rates.Where(rate => rate.CameAtAll).Select(rate => rate.Test);
        return HasEnoughValues(minRows) ? rates.Prepend(Test!) : rates;
    }

    // Where each category of training has a bin, the bin of others holds what is unseen and nothing else. That has a test of its own, against the test rows; against training any is a surprise.
    private static TestOutcome TestOfCategories(CategoryBins bins, IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        var areAllSeen = reference[bins.Other] == 0 && current.Take(bins.Other).Any(count => count > 0);
        return areAllSeen
            ? HomogeneityTest.Test([.. reference.Take(bins.Other)], [.. current.Take(bins.Other)], areNeighbours: false)
            : HomogeneityTest.Test(reference, current, areNeighbours: false);
    }

    // Of up to a thousand classes those that are common get a bin of their own, as the categories of a feature do; the others together stand for the rest.
    private static SubjectEvidence OfLabels(string name, SubjectKind kind, IReadOnlyDictionary<string, long> reference, IReadOnlyDictionary<string, long> current)
    {
        string[] labels = [.. reference.Keys.Union(current.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        string[] shown = labels.Length <= CategoryBins.DefaultMaxCategories ? labels
            : [.. labels.OrderByDescending(label => reference.GetValueOrDefault(label)).ThenBy(label => label, StringComparer.Ordinal).Take(CategoryBins.DefaultMaxCategories)];
        string[] others = [.. labels.Except(shown, StringComparer.Ordinal)];
        return others.Length == 0
            ? new SubjectEvidence(name, kind, shown, bins: null, CountsOf(shown, reference), CountsOf(shown, current))
            : new SubjectEvidence(
                name,
                kind,
                [.. shown, FormattableString.Invariant($"{others.Length} other labels")],
                bins: null,
                [.. CountsOf(shown, reference), CountsOf(others, reference).Sum()],
                [.. CountsOf(shown, current), CountsOf(others, current).Sum()]);
    }

    private static long[] CountsOf(string[] labels, IReadOnlyDictionary<string, long> counts) => [.. labels.Select(label => counts.GetValueOrDefault(label))];
}
