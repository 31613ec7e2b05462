using Pipeline.Delivery.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Has a model answer rows that were read for another one, whose columns may be in another order or more.</summary>
internal static class RowAnswers
{
    private const int MaxNames = 5;

    /// <summary>Names of the columns that the model takes and that the rows do not have, or not of that kind; empty if it can answer them.</summary>
    public static IReadOnlyList<string> MissingColumns(FeatureSchema model, FeatureSchema rows) =>
        [.. model.Features.Select(feature => (feature.Name, feature.Kind)).Except(rows.Features.Select(feature => (feature.Name, feature.Kind))).Select(feature => feature.Name)];

    /// <param name="onnxPath">The model's file.</param>
    /// <param name="schema">The columns that it takes; the rows must have them all.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    /// <param name="outputs">What the model answers.</param>
    /// <param name="like">What the other one answers, whose classes may be in another order.</param>
    /// <returns>The answers in the order of <paramref name="like"/>: [rows, width].</returns>
    public static double[] Of(string onnxPath, FeatureSchema schema, LabeledBatch rows, ModelOutputs outputs, ModelOutputs like, CancellationToken cancellationToken)
    {
        using var scorer = OnnxScorer.Load(onnxPath, schema);
        var answers = Array.ConvertAll(scorer.ScoreOnAllCores(Reorder(schema, rows.Features), cancellationToken), answer => (double)answer);
        if (outputs is not MulticlassOutputs || outputs.Labels.SequenceEqual(like.Labels, StringComparer.Ordinal))
        {
            return answers;
        }

        var places = like.Labels.Select(name => outputs.Labels.Index().First(label => label.Item == name).Index).ToArray();
        return [.. Enumerable.Range(0, rows.Labels.Count).SelectMany(row => places.Select(place => answers[(row * places.Length) + place]))];
    }

    /// <summary>Why the answers of two models to the same rows say nothing about each other; null if they do.</summary>
    public static string? WhyNotComparable(ModelOutputs model, ModelOutputs other) =>
        model.Task != other.Task ? $"is a {model.Task} model, not a {other.Task} one"
        : model is MulticlassOutputs && !model.Labels.ToHashSet(StringComparer.Ordinal).SetEquals(other.Labels) ? $"answers other classes ({Differing(model.Labels, other.Labels)})"
        : null;

    /// <summary>What a model answers, with the classes in the order of another.</summary>
    public static ModelOutputs InOrderOf(ModelOutputs model, ModelOutputs like) => model is MulticlassOutputs ? like : model;

    private static string Differing(IReadOnlyList<string> labels, IReadOnlyList<string> others)
    {
        var parts = new[] { ("only it knows", labels.Except(others, StringComparer.Ordinal)), ("it does not know", others.Except(labels, StringComparer.Ordinal)) };
        return string.Join("; ", parts.Where(part => part.Item2.Any()).Select(part => $"{part.Item1} {string.Join(", ", part.Item2.Take(MaxNames))}{(part.Item2.Count() > MaxNames ? " and others" : string.Empty)}"));
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
