using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>How many rows a request may have.</summary>
internal readonly struct RowLimit(Exchange exchange, int maxRows)
{
    /// <summary>Whether there are more, so that nothing more need be read.</summary>
    public bool IsExceeded => exchange.RefusedStatus == StatusCodes.Status413PayloadTooLarge;

    /// <summary>Refuses the request if it has another row after <paramref name="count"/>.</summary>
    public bool Allows(int count, string? field)
    {
        if (count < maxRows)
        {
            return true;
        }

        exchange.Faults.Add(null, field, $"at most {maxRows} rows", "more");
        exchange.Refuse(StatusCodes.Status413PayloadTooLarge);
        return false;
    }
}
