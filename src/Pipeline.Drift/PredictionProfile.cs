using System.Text.Json.Serialization;

namespace Pipeline.Drift;

/// <summary>
/// The model's own answers in a reference profile. The bins are deciles of the scores of the test rows (see <see cref="ScoredAnswers"/>): a model has learnt its training rows, so that its
/// answers to them are more extreme than those to any other rows.
/// </summary>
/// <param name="Bins">By the test rows.</param>
/// <param name="Training">Answers to the training rows.</param>
/// <param name="Test">Answers to the test rows.</param>
/// <param name="Outcomes">How often a binary model's answers were right on the test rows; null of another model, and in a profile that does not tell.</param>
public sealed record PredictionProfile(QuantileBins Bins, PredictionCounts Training, PredictionCounts Test, PredictionOutcomes? Outcomes = null)
{
    /// <summary>How near to a score of the reference an edge may lie, as a share of the score if that is above 1: as much as other hardware may change it.</summary>
    public const double EdgeMargin = 1e-5;

    // Numbers below 1 are compared as they are, others by their share.
    private const double LeastScale = 1;

    /// <summary>How often the answers of a model of several classes were right on the test rows; null of another model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PredictionHits? Hits { get; init; }

    /// <param name="training">Answers to the training rows.</param>
    /// <param name="test">Answers to the test rows.</param>
    /// <param name="labels">Every label that the model can answer; empty if it answers none.</param>
    public static PredictionProfile Of(ScoredAnswers training, ScoredAnswers test, IReadOnlyList<string> labels)
    {
        var bins = BinsOf(test.Scores);
        return new PredictionProfile(bins, Count(training), Count(test));

        PredictionCounts Count(ScoredAnswers answers)
        {
            var inBins = new long[bins.Count];
            foreach (var score in answers.Scores)
            {
                inBins[bins.IndexOf(score)]++;
            }

            var inLabels = new long[labels.Count];
            foreach (var label in answers.Labels)
            {
                inLabels[label]++;
            }

            var byLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var (label, count) in labels.Zip(inLabels))
            {
                byLabel[label] = count;
            }

            return new PredictionCounts(inBins, byLabel);
        }
    }

    /// <inheritdoc cref="Of(ScoredAnswers, ScoredAnswers, IReadOnlyList{string})"/>
    /// <param name="training">Scores of the training rows, all finite.</param>
    /// <param name="test">Scores of the test rows, all finite.</param>
    /// <param name="labels">Every label that the model can answer.</param>
    /// <param name="labelOf">The label that follows from a score.</param>
    public static PredictionProfile Of(IReadOnlyList<float> training, IReadOnlyList<float> test, IReadOnlyList<string> labels, Func<float, string> labelOf)
    {
        var indices = labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        return Of(Labelled(training), Labelled(test), labels);

        ScoredAnswers Labelled(IReadOnlyList<float> scores) => new(scores, [.. scores.Select(score => indices[labelOf(score)])]);
    }

    // A small model answers few distinct scores, and deciles fall right on them: a last digit that differs on another processor would move whole bins.
    // Edges are therefore kept away from the scores, which changes no count on the reference.
    private static QuantileBins BinsOf(IReadOnlyList<float> scores)
    {
        var values = scores.Select(score => (double)score).Order().ToArray();
        return new QuantileBins([.. QuantileBins.OfSorted(values).Edges.Select(edge => Between(values, edge)).Distinct()]);
    }

    private static double Between(double[] values, double edge)
    {
        // At least the least value is not above the edge.
        var above = Array.FindIndex(values, value => value > edge);
        var lower = values[(above < 0 ? values.Length : above) - 1];
        if (above < 0)
        {
            return Math.Max(edge, lower + MarginOf(lower));
        }

        var upper = values[above];
        return upper - lower <= MarginOf(lower) + MarginOf(upper) ? lower + ((upper - lower) / 2) : Math.Clamp(edge, lower + MarginOf(lower), upper - MarginOf(upper));
    }

    private static double MarginOf(double score) => EdgeMargin * Math.Max(LeastScale, Math.Abs(score));
}
