using Pipeline.Delivery.Data;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Has a champion answer the rows that the candidate is judged on: the same rows, so that what is hard about them counts for neither.</summary>
internal static class ChampionAnswers
{
    /// <param name="champion">The stage's model.</param>
    /// <param name="candidateModel">Digest of the candidate's model.onnx.</param>
    /// <param name="candidate">The candidate's answers.</param>
    /// <param name="test">The rows.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    public static ComparedChampion To(Champion champion, Digest candidateModel, BinarySample candidate, LabeledBatch test, CancellationToken cancellationToken)
    {
        if (champion.Package is not { } package)
        {
            // The same ONNX file on the same rows gives the same probabilities, but the champion's decision threshold may be another.
            return new ComparedChampion(champion, champion.ModelDigest == candidateModel ? candidate : null, KnowsDecisions: false, $"it cannot be compared: {champion.WhyMissing}");
        }

        if (ReorderFor(package.Manifest.Features, test.Features) is not { } batch)
        {
            var missing = package.Manifest.Features.Features.Select(f => (f.Name, f.Kind)).Except(test.Features.Schema.Features.Select(f => (f.Name, f.Kind)));
            return new ComparedChampion(champion, null, KnowsDecisions: false, $"it cannot be compared: the champion needs columns that the query no longer gives as such ({string.Join(", ", missing.Select(f => f.Name))})");
        }

        using var scorer = OnnxScorer.Load(package.OnnxPath, package.Manifest.Features);
        var probabilities = Array.ConvertAll(scorer.Score(batch, cancellationToken), p => (double)p);
        return new ComparedChampion(champion, BinarySample.Of(test.Labels, probabilities, package.Manifest.Outputs.Threshold), KnowsDecisions: true, null);
    }

    /// <summary>The same rows in a champion's column order; null if a column is gone or of another kind.</summary>
    private static FeatureBatch? ReorderFor(FeatureSchema schema, FeatureBatch rows)
    {
        var numeric = schema.Numeric.Select(f => IndexOf(rows.Schema.Numeric, f.Name)).ToArray();
        var categorical = schema.Categorical.Select(f => IndexOf(rows.Schema.Categorical, f.Name)).ToArray();
        if (numeric.Concat(categorical).Any(index => index < 0))
        {
            return null;
        }

        var batch = new FeatureBatch(schema, rows.RowCount);
        var sourceWidth = rows.Schema.Numeric.Count;
        for (var row = 0; row < rows.RowCount; row++)
        {
            for (var column = 0; column < numeric.Length; column++)
            {
                batch.Numeric[(row * numeric.Length) + column] = rows.Numeric[(row * sourceWidth) + numeric[column]];
            }
        }

        for (var column = 0; column < categorical.Length; column++)
        {
            rows.Categories[categorical[column]].CopyTo(batch.Categories[column], 0);
        }

        return batch;
    }

    private static int IndexOf(IReadOnlyList<Feature> features, string name) =>
        features.Select((feature, index) => (feature, index)).Where(f => f.feature.Name == name).Select(f => f.index).DefaultIfEmpty(-1).First();
}
