namespace Pipeline.Drift;

/// <summary>How often a model of several classes answered the true one, by the bin of its confidence: what calibrates a later estimate without labels.</summary>
/// <param name="Bins">One cell a bin.</param>
public sealed record PredictionHits(IReadOnlyList<HitCell> Bins)
{
    /// <summary>Counts rows.</summary>
    /// <param name="bins">Bins of the confidence: the probability of the most probable class.</param>
    /// <param name="rows">Each row's confidence, and whether its answer was the true class.</param>
    public static PredictionHits Of(QuantileBins bins, IEnumerable<(float Confidence, bool IsRight)> rows)
    {
        var cells = new HitCell[bins.Count];
        foreach (var (confidence, isRight) in rows)
        {
            if (bins.IndexOf(confidence) is var bin and not FeatureBins.None)
            {
                cells[bin] = new HitCell(cells[bin].Rows + 1, cells[bin].Right + (isRight ? 1 : 0));
            }
        }

        return new PredictionHits(cells);
    }
}
