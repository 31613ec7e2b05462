using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Rows with their labels.</summary>
/// <param name="Features">The feature values.</param>
/// <param name="Labels">One per row.</param>
public sealed record LabeledBatch(FeatureBatch Features, RowLabels Labels)
{
    /// <summary>The first row and each that lies a multiple of <paramref name="step"/> after it.</summary>
    /// <param name="step">At least 1.</param>
    internal LabeledBatch Every(int step)
    {
        if (step == 1)
        {
            return this;
        }

        var taken = new FeatureBatch(Features.Schema, (Features.RowCount + step - 1) / step);
        var width = Features.Schema.Numeric.Count;
        for (var row = 0; row < taken.RowCount; row++)
        {
            Features.Numeric.AsSpan(row * step * width, width).CopyTo(taken.Numeric.AsSpan(row * width));
        }

        foreach (var (from, to) in Features.Categories.Zip(taken.Categories))
        {
            for (var row = 0; row < to.Length; row++)
            {
                to[row] = from[row * step];
            }
        }

        return new LabeledBatch(taken, Labels.Take([.. Enumerable.Range(0, taken.RowCount).Select(row => row * step)]));
    }
}
