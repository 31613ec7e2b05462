using Pipeline.Delivery.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Has a model answer rows that were read for another one, whose columns may be in another order or more.</summary>
internal static class RowAnswers
{
    /// <summary>Names of the columns that the model takes and that the rows do not have, or not of that kind; empty if it can answer them.</summary>
    public static IReadOnlyList<string> MissingColumns(FeatureSchema model, FeatureSchema rows) =>
        [.. model.Features.Select(feature => (feature.Name, feature.Kind)).Except(rows.Features.Select(feature => (feature.Name, feature.Kind))).Select(feature => feature.Name)];

    /// <param name="onnxPath">The model's file.</param>
    /// <param name="schema">The columns that it takes; the rows must have them all.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    /// <returns>The probability of the positive class for each row.</returns>
    public static double[] Probabilities(string onnxPath, FeatureSchema schema, LabeledBatch rows, CancellationToken cancellationToken)
    {
        using var scorer = OnnxScorer.Load(onnxPath, schema);
        return Array.ConvertAll(scorer.Score(Reorder(schema, rows.Features), cancellationToken), p => (double)p);
    }

    /// <summary>The same rows in the model's column order.</summary>
    private static FeatureBatch Reorder(FeatureSchema schema, FeatureBatch rows)
    {
        var numeric = schema.Numeric.Select(feature => IndexOf(rows.Schema.Numeric, feature.Name)).ToArray();
        var batch = new FeatureBatch(schema, rows.RowCount);
        var sourceWidth = rows.Schema.Numeric.Count;
        for (var row = 0; row < rows.RowCount; row++)
        {
            for (var column = 0; column < numeric.Length; column++)
            {
                batch.Numeric[(row * numeric.Length) + column] = rows.Numeric[(row * sourceWidth) + numeric[column]];
            }
        }

        foreach (var (column, feature) in schema.Categorical.Index())
        {
            rows.Categories[IndexOf(rows.Schema.Categorical, feature.Name)].AsSpan(0, rows.RowCount).CopyTo(batch.Categories[column]);
        }

        return batch;
    }

    private static int IndexOf(IReadOnlyList<Feature> features, string name) => features.Index().First(feature => feature.Item.Name == name).Index;
}
