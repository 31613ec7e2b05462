using Pipeline.Drift;

namespace Pipeline.ModelPackage.Tests;

/// <summary>The reference profile of <see cref="TestModel"/>, and the rows that it is of.</summary>
internal static class TestModelReference
{
    /// <summary>What the model counts as its training rows: all of its ranges and categories, and missing values where they are allowed.</summary>
    public static IReadOnlyList<TestModelRow> TrainingRows { get; } = [.. Enumerable.Range(0, 100).Select(TrainingRow)];

    /// <summary>Every other training row, and one of things that training never saw.</summary>
    public static IReadOnlyList<TestModelRow> TestRows { get; } = [.. TrainingRows.Where((_, i) => i % 2 == 0), new TestModelRow(24, "never seen", 5_000, "nowhere")];

    /// <summary>What reference.json holds.</summary>
    public static ReferenceProfile Profile { get; } = new(
        ReferenceProfile.CurrentSchemaVersion,
        TrainingRows.Count,
        TestRows.Count,
        [
            FeatureProfile.OfNumbers("hour", Of(TrainingRows, row => row.Hour), Of(TestRows, row => row.Hour)),
            FeatureProfile.OfCategories("origin", Of(TrainingRows, row => row.Origin), Of(TestRows, row => row.Origin)),
            FeatureProfile.OfNumbers("distance", Of(TrainingRows, row => row.Distance ?? float.NaN), Of(TestRows, row => row.Distance ?? float.NaN)),
            FeatureProfile.OfCategories("destination", Of(TrainingRows, row => row.Destination), Of(TestRows, row => row.Destination)),
        ],
        PredictionProfile.Of(Of(TrainingRows, row => row.Probability), Of(TestRows, row => row.Probability), ["late", "on time"], p => p >= 0.5f ? "late" : "on time"));

    private static TestModelRow TrainingRow(int i) => new(
        i % 24,
        TestModel.OriginCodes.Keys.ElementAt(i % 7 % 3),
        i == 0 ? null : 31 + (4931f * (i - 1) / 98),
        i % 5 == 0 ? null : TestModel.DestinationCodes.Keys.ElementAt(i % 2));

    private static T[] Of<T>(IEnumerable<TestModelRow> rows, Func<TestModelRow, T> column) => [.. rows.Select(column)];
}
