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

    /// <summary>That of the model of a number; the true ones are those that it answers and a half.</summary>
    public static ReferenceProfile NumberProfile { get; } = Profile with
    {
        Predictions = PredictionProfile.Of(new ScoredAnswers(Of(TrainingRows, TestModel.Number), []), new ScoredAnswers(Of(TestRows, TestModel.Number), []), []),
        Target = FeatureProfile.OfNumbers("delay_minutes", Of(TrainingRows, row => TestModel.Number(row) + 0.5f), Of(TestRows, row => TestModel.Number(row) + 0.5f)),
    };

    /// <summary>That of the model of several classes; of four rows three are of the class that it answers, and one is on time.</summary>
    public static ReferenceProfile ClassProfileOf(MulticlassOutputs outputs)
    {
        var (training, test) = (AnswersOf(TrainingRows), AnswersOf(TestRows));
        var predictions = PredictionProfile.Of(training, test, outputs.Classes);
        return Profile with
        {
            Predictions = predictions with { Hits = PredictionHits.Of(predictions.Bins, test.Scores.Zip(test.Labels.Zip(TrueLabelsOf(test)), (score, pair) => (score, pair.First == pair.Second))) },
            Labels = new LabelCounts(Count(training), Count(test)),
        };

        ScoredAnswers AnswersOf(IReadOnlyList<TestModelRow> rows)
        {
            var answers = rows.Select(row => TestModel.ClassProbabilities(row, outputs.Classes)).ToList();
            return new ScoredAnswers([.. answers.Select(answer => outputs.ScoreOf(answer))], [.. answers.Select(answer => outputs.LabelIndexOf(answer))]);
        }

        int[] TrueLabelsOf(ScoredAnswers answers) => [.. answers.Labels.Select((label, row) => row % 4 == 0 ? outputs.Classes.ToList().IndexOf("on time") : label)];

        SortedDictionary<string, long> Count(ScoredAnswers answers)
        {
            var labels = TrueLabelsOf(answers);
            return new SortedDictionary<string, long>(outputs.Classes.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => labels.LongCount(label => label == pair.index)), StringComparer.Ordinal);
        }
    }

    private static TestModelRow TrainingRow(int i) => new(
        i % 24,
        TestModel.OriginCodes.Keys.ElementAt(i % 7 % 3),
        i == 0 ? null : 31 + (4931f * (i - 1) / 98),
        i % 5 == 0 ? null : TestModel.DestinationCodes.Keys.ElementAt(i % 2));

    private static T[] Of<T>(IEnumerable<TestModelRow> rows, Func<TestModelRow, T> column) => [.. rows.Select(column)];
}
