using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>The columns that the service's prediction log has beside a model's own. One whose name a feature has bears underscores in front, as many as it takes.</summary>
/// <param name="Time">When the request was answered.</param>
/// <param name="Digest">The package that answered.</param>
/// <param name="Probability">What it answered.</param>
/// <param name="Label">The label that it answered: not what the row turned out to be.</param>
internal sealed record LogColumns(string Time, string Digest, string Probability, string Label)
{
    private static readonly string[] All = ["time", "request_id", "model", "version", "digest", "row", "probability", "label"];

    /// <summary>The log's columns if these are a log's, else null.</summary>
    public static LogColumns? Find(IReadOnlyCollection<string> columns, FeatureSchema schema)
    {
        var taken = schema.Features.Select(feature => feature.Name).ToList();
        return All.All(name => columns.Contains(NameOf(name), StringComparer.Ordinal))
            ? new LogColumns(NameOf("time"), NameOf("digest"), NameOf("probability"), NameOf("label"))
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
