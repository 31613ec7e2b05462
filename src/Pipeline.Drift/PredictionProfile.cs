namespace Pipeline.Drift;

/// <summary>
/// The model's own answers in a reference profile. The bins are deciles of the probabilities on the test rows: a model has learnt its training rows, so that its answers
/// to them are more extreme than those to any other rows.
/// </summary>
/// <param name="Bins">By the test rows.</param>
/// <param name="Training">Answers to the training rows.</param>
/// <param name="Test">Answers to the test rows.</param>
/// <param name="Outcomes">How often they were right on the test rows; null in a profile that does not tell.</param>
public sealed record PredictionProfile(QuantileBins Bins, PredictionCounts Training, PredictionCounts Test, PredictionOutcomes? Outcomes = null)
{
    /// <summary>How near to a probability of the reference an edge may lie: as much as other hardware may change a probability.</summary>
    public const double EdgeMargin = 1e-5;

    /// <param name="training">Probabilities of the training rows, all finite.</param>
    /// <param name="test">Probabilities of the test rows, all finite.</param>
    /// <param name="labels">Every label that the model can answer.</param>
    /// <param name="labelOf">The label for a probability.</param>
    public static PredictionProfile Of(IReadOnlyList<float> training, IReadOnlyList<float> test, IReadOnlyList<string> labels, Func<float, string> labelOf)
    {
        var bins = BinsOf(test);
        return new PredictionProfile(bins, Count(training), Count(test));

        PredictionCounts Count(IReadOnlyList<float> probabilities)
        {
            var inBins = new long[bins.Count];
            var byLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var label in labels)
            {
                byLabel[label] = 0;
            }

            foreach (var probability in probabilities)
            {
                inBins[bins.IndexOf(probability)]++;
                byLabel[labelOf(probability)]++;
            }

            return new PredictionCounts(inBins, byLabel);
        }
    }

    // A small model answers few distinct probabilities, and deciles fall right on them: a last digit that differs on another processor would move whole bins.
    // Edges are therefore kept away from the probabilities, which changes no count on the reference.
    private static QuantileBins BinsOf(IReadOnlyList<float> probabilities)
    {
        var values = probabilities.Select(p => (double)p).Order().ToArray();
        return new QuantileBins([.. QuantileBins.OfSorted(values).Edges.Select(edge => Between(values, edge)).Distinct()]);
    }

    private static double Between(double[] values, double edge)
    {
        // At least the least value is not above the edge.
        var above = Array.FindIndex(values, value => value > edge);
        var lower = values[(above < 0 ? values.Length : above) - 1];
        var upper = above < 0 ? double.PositiveInfinity : values[above];
        return upper - lower <= 2 * EdgeMargin ? lower + ((upper - lower) / 2) : Math.Clamp(edge, lower + EdgeMargin, upper - EdgeMargin);
    }
}
