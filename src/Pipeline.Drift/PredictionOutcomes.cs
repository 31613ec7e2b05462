namespace Pipeline.Drift;

/// <summary>How often a binary model's answers turned out right, by the bin of the probability and by the label that it answered: what calibrates a later estimate without labels.</summary>
/// <param name="Negative">By bin: the rows that were answered with the negative label.</param>
/// <param name="Positive">By bin: the rows that were answered with the positive label.</param>
public sealed record PredictionOutcomes(IReadOnlyList<OutcomeCell> Negative, IReadOnlyList<OutcomeCell> Positive)
{
    /// <summary>Counts rows.</summary>
    /// <param name="bins">Bins of the probabilities.</param>
    /// <param name="rows">Each row's probability, whether the model answered it with the positive label, and whether it was positive.</param>
    public static PredictionOutcomes Of(QuantileBins bins, IEnumerable<(float Probability, bool IsPredictedPositive, bool IsPositive)> rows)
    {
        var cells = new[] { new OutcomeCell[bins.Count], new OutcomeCell[bins.Count] };
        foreach (var (probability, predicted, positive) in rows)
        {
            if (bins.IndexOf(probability) is var bin and not FeatureBins.None)
            {
                ref var cell = ref cells[predicted ? 1 : 0][bin];
                cell = new OutcomeCell(cell.Rows + 1, cell.Positives + (positive ? 1 : 0));
            }
        }

        return new PredictionOutcomes(cells[0], cells[1]);
    }
}
