using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>Counts the training and the test rows, and the model's answers to them, for reference.json.</summary>
internal static class ReferenceProfiler
{
    /// <exception cref="InvalidDataException">The model answers a row with a probability that is not a number.</exception>
    public static ReferenceProfile Profile(Dataset dataset, OnnxScorer scorer, BinaryOutputs outputs, IReadOnlyList<FeatureImportance> importance, CancellationToken cancellationToken)
    {
        var training = dataset.Read(DataSplit.Train, cancellationToken);
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        var answers = Score(scorer, test.Features, "test", cancellationToken);
        var slots = new int[2];
        var features = scorer.Schema.Features
            .Select(feature => FeatureOf(feature, slots[(int)feature.Kind]++, training.Features, test.Features) with { Importance = importance.FirstOrDefault(known => known.Feature == feature.Name)?.Loss })
            .ToList();
        var predictions = PredictionProfile.Of(Score(scorer, training.Features, "training", cancellationToken), answers, [outputs.PositiveLabel, outputs.NegativeLabel], outputs.LabelOf);
        var outcomes = PredictionOutcomes.Of(predictions.Bins, answers.Zip(test.Labels.Flags, (probability, label) => (probability, outputs.IsPositive(probability), label)));
        return new ReferenceProfile(
            ReferenceProfile.CurrentSchemaVersion,
            training.Features.RowCount,
            test.Features.RowCount,
            features,
            predictions with { Outcomes = outcomes },
            new LabelCounts(Count(training.Labels.Flags, outputs), Count(test.Labels.Flags, outputs)));
    }

    private static SortedDictionary<string, long> Count(bool[] labels, BinaryOutputs outputs)
    {
        var positives = labels.LongCount(label => label);
        return new SortedDictionary<string, long>(StringComparer.Ordinal) { [outputs.PositiveLabel] = positives, [outputs.NegativeLabel] = labels.Length - positives };
    }

    private static FeatureProfile FeatureOf(Feature feature, int slot, FeatureBatch training, FeatureBatch test) => feature.Kind == FeatureKind.Numeric
        ? FeatureProfile.OfNumbers(feature.Name, Numbers(training, slot), Numbers(test, slot))
        : FeatureProfile.OfCategories(feature.Name, Texts(training, slot), Texts(test, slot));

    private static float[] Numbers(FeatureBatch rows, int slot)
    {
        var column = new float[rows.RowCount];
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = rows.Numeric[(row * rows.Schema.Numeric.Count) + slot];
        }

        return column;
    }

    private static string?[] Texts(FeatureBatch rows, int slot) => Array.ConvertAll(rows.Categories[slot], value => value == FeatureSchema.MissingCategory ? null : value);

    private static float[] Score(OnnxScorer scorer, FeatureBatch rows, string split, CancellationToken cancellationToken)
    {
        var probabilities = scorer.Score(rows, cancellationToken);
        return Array.FindIndex(probabilities, probability => !float.IsFinite(probability)) is var row and >= 0
            ? throw new InvalidDataException(FormattableString.Invariant($"The model answers {split} row {row} with {probabilities[row]}, which is no probability: it must not be shipped."))
            : probabilities;
    }
}
