using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>Counts the training and the test rows, and the model's answers to them, for reference.json.</summary>
internal static class ReferenceProfiler
{
    // So many numbers are asked for at once: of very many classes all rows' would not fit into memory.
    private const int MaxNumbersAtOnce = 16 << 20;

    /// <exception cref="InvalidDataException">The model answers a row with something that is not a number.</exception>
    public static ReferenceProfile Profile(Dataset dataset, OnnxScorer scorer, ModelOutputs outputs, IReadOnlyList<FeatureImportance> importance, CancellationToken cancellationToken)
    {
        var training = dataset.Read(DataSplit.Train, cancellationToken);
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        var answers = Score(scorer, outputs, test.Features, "test", cancellationToken);
        var slots = new int[2];
        var features = scorer.Schema.Features
            .Select(feature => FeatureOf(feature, slots[(int)feature.Kind]++, training.Features, test.Features) with { Importance = importance.FirstOrDefault(known => known.Feature == feature.Name)?.Loss })
            .ToList();
        var predictions = PredictionProfile.Of(Score(scorer, outputs, training.Features, "training", cancellationToken), answers, outputs.Labels);
        return new ReferenceProfile(
            ReferenceProfile.CurrentSchemaVersion,
            training.Features.RowCount,
            test.Features.RowCount,
            features,
            predictions with { Outcomes = OutcomesOf(predictions.Bins, outputs, answers, test.Labels), Hits = HitsOf(predictions.Bins, outputs, answers, test.Labels) },
            outputs is RegressionOutputs ? null : new LabelCounts(Count(training.Labels, outputs), Count(test.Labels, outputs)))
        {
            Target = outputs is RegressionOutputs number ? FeatureProfile.OfNumbers(number.Quantity, training.Labels.Numbers, test.Labels.Numbers) : null,
        };
    }

    // The positive label is the first of the two.
    private static PredictionOutcomes? OutcomesOf(QuantileBins bins, ModelOutputs outputs, ScoredAnswers answers, RowLabels labels) =>
        outputs is BinaryOutputs ? PredictionOutcomes.Of(bins, labels.Flags.Select((label, row) => (answers.Scores[row], answers.Labels[row] == 0, label))) : null;

    private static PredictionHits? HitsOf(QuantileBins bins, ModelOutputs outputs, ScoredAnswers answers, RowLabels labels) =>
        outputs is MulticlassOutputs ? PredictionHits.Of(bins, answers.Scores.Select((score, row) => (score, outputs.Labels[answers.Labels[row]] == labels.TextOf(row)))) : null;

    private static SortedDictionary<string, long> Count(RowLabels labels, ModelOutputs outputs)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var label in outputs.Labels)
        {
            counts[label] = 0;
        }

        for (var row = 0; row < labels.Count; row++)
        {
            counts[outputs is BinaryOutputs binary ? (labels.Flags[row] ? binary.PositiveLabel : binary.NegativeLabel) : labels.TextOf(row)]++;
        }

        return counts;
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

    private static ScoredAnswers Score(OnnxScorer scorer, ModelOutputs outputs, FeatureBatch rows, string split, CancellationToken cancellationToken)
    {
        var scores = new float[rows.RowCount];
        var labels = new int[outputs.Labels.Count > 0 ? rows.RowCount : 0];
        var atOnce = Math.Max(1, MaxNumbersAtOnce / outputs.Width);
        for (var start = 0; start < rows.RowCount; start += atOnce)
        {
            var numbers = scorer.ScoreOnAllCores(rows.Slice(start, Math.Min(atOnce, rows.RowCount - start)), cancellationToken);
            if (Array.FindIndex(numbers, number => !float.IsFinite(number)) is var odd and >= 0)
            {
                throw new InvalidDataException(FormattableString.Invariant($"The model answers {split} row {start + (odd / outputs.Width)} with the {outputs.Tensor} {numbers[odd]}, which is no number: it must not be shipped."));
            }

            for (var row = 0; row < numbers.Length / outputs.Width; row++)
            {
                var answer = numbers.AsSpan(row * outputs.Width, outputs.Width);
                scores[start + row] = outputs.ScoreOf(answer);
                if (labels.Length > 0)
                {
                    labels[start + row] = outputs.LabelIndexOf(answer);
                }
            }
        }

        return new ScoredAnswers(scores, labels);
    }
}
