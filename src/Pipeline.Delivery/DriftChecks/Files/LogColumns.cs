using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>The columns that the service's prediction log has beside a model's own. One whose name a feature has bears underscores in front, as many as it takes.</summary>
/// <param name="Time">When the request was answered.</param>
/// <param name="Digest">The package that answered.</param>
/// <param name="Answer">What it answered: a probability, the classes' probabilities as a list, or a number.</param>
/// <param name="Label">The label that it answered: not what the row turned out to be. Null of a model of a number.</param>
internal sealed record LogColumns(string Time, string Digest, string Answer, string? Label)
{
    private const string LabelName = "label";

    private static readonly string[] Common = ["time", "request_id", "model", "version", "digest", "row"];

    /// <summary>The log's columns if these are those of a log of such a model, else null.</summary>
    public static LogColumns? Find(IReadOnlyCollection<string> columns, FeatureSchema schema, ModelOutputs outputs) => Find(columns, schema, outputs.Tensor, hasLabel: outputs.Labels.Count > 0);

    /// <summary>The log's columns if these are those of any log, whose own names no feature has; else null.</summary>
    public static LogColumns? FindAny(IReadOnlyCollection<string> columns) =>
        OnnxScorer.AnswerTensors.Select(tensor => Find(columns, new FeatureSchema([]), tensor, hasLabel: tensor != RegressionOutputs.TensorName)).FirstOrDefault(log => log is not null);

    private static LogColumns? Find(IReadOnlyCollection<string> columns, FeatureSchema schema, string answer, bool hasLabel)
    {
        var taken = schema.Features.Select(feature => feature.Name).ToList();
        string[] all = hasLabel ? [.. Common, answer, LabelName] : [.. Common, answer];
        return all.All(name => columns.Contains(NameOf(name), StringComparer.Ordinal))
            ? new LogColumns(NameOf("time"), NameOf("digest"), NameOf(answer), hasLabel ? NameOf(LabelName) : null)
            : null;

        string NameOf(string own)
        {
            while (taken.Contains(own, StringComparer.OrdinalIgnoreCase))
            {
                own = $"_{own}";
            }

            return own;
        }
    }
}
