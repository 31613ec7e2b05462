namespace Pipeline.OnnxExport;

/// <summary>How one numeric column becomes a slot, and perhaps a second one that tells that the value was missing.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Fill">What stands in for a missing value: the lower median of the training values that were there; 0 if there were none.</param>
/// <param name="HasMissingSlot">True iff training saw missing values.</param>
/// <param name="Mean">Of the filled training column.</param>
/// <param name="Deviation">Standard deviation of the filled training column (population form); 1 for a constant column, so that it becomes all zeros.</param>
internal sealed record NumericEncoding(string Name, float Fill, bool HasMissingSlot, double Mean, double Deviation)
{
    /// <summary>
    /// Standardised values end here, on both sides of zero. A linear model has nothing to say a hundred standard deviations out, and without an end a few
    /// such values would drown the other columns in rounding errors, or give NaN.
    /// </summary>
    public const double StandardizedLimit = 100;

    /// <summary>The slot's value. The graph does the same operations in the same precision, so both sides agree to the bit.</summary>
    public float Encode(float value, bool standardize)
    {
        var filled = float.IsNaN(value) ? Fill : value;
        return standardize ? (float)Math.Clamp((filled - Mean) / Deviation, -StandardizedLimit, StandardizedLimit) : filled;
    }
}
