using System.Globalization;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Counts over the table <c>examples</c>, per split, out of one pass.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Positives">Of two classes, rows whose label is true; else 0.</param>
/// <param name="LabelsMissing">Rows without label.</param>
/// <param name="LabelsOdd">Rows whose label is none: neither 0 nor 1, or no finite number.</param>
/// <param name="First">Earliest time; null if there is none.</param>
/// <param name="Last">Latest time.</param>
/// <param name="TimesMissing">Rows without time.</param>
/// <param name="Features">Per feature, in order.</param>
internal sealed record ExampleStatistics(
    long Rows,
    long Positives,
    long LabelsMissing,
    long LabelsOdd,
    DateTime? First,
    DateTime? Last,
    long TimesMissing,
    IReadOnlyList<ExampleStatistics.OfFeature> Features)
{
    /// <returns>Statistics of each split that has rows; those outside all splits under null's stand-in, -1.</returns>
    public static IReadOnlyDictionary<int, ExampleStatistics> Read(DuckDatabase database, ExampleQuery query, CancellationToken cancellationToken)
    {
        var counts = query.Features.SelectMany((feature, i) => Counts(feature, ExampleRows.Column(i)));
        var statistics = new Dictionary<int, ExampleStatistics>();
        database.Read(
            string.Create(CultureInfo.InvariantCulture, $"""
            SELECT coalesce(s, -1), count(*), {(query.Label.Task == ModelTask.Binary ? "count(*) FILTER (l = 1)" : "0::BIGINT")}, count(*) - count(l), count(*) FILTER ({query.Label.IsOdd}),
                   min(t) FILTER (isfinite(t)), max(t) FILTER (isfinite(t)), count(*) - count(t), {string.Join(", ", counts)}
            FROM examples GROUP BY s
            """),
            reader => statistics.Add(reader.GetInt32(0), new ExampleStatistics(
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetDateTime(5),
                reader.IsDBNull(6) ? null : reader.GetDateTime(6),
                reader.GetInt64(7),
                [.. query.Features.Select((_, i) => new OfFeature(reader.GetInt64(8 + (4 * i)), reader.GetInt64(9 + (4 * i)), reader.GetInt64(10 + (4 * i)), reader.GetInt64(11 + (4 * i))))])),
            cancellationToken);
        return statistics;
    }

    /// <summary>Of several classes, the rows of each split by class; those outside all splits are left out.</summary>
    public static IReadOnlyDictionary<DataSplit, IReadOnlyDictionary<string, int>> ReadClasses(DuckDatabase database, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<DataSplit, IReadOnlyDictionary<string, int>>();
        database.Read(
            "SELECT s, l, count(*) FROM examples WHERE s IS NOT NULL AND l IS NOT NULL GROUP BY s, l",
            reader =>
            {
                var split = (DataSplit)reader.GetInt32(0);
                if (!counts.TryGetValue(split, out var ofSplit))
                {
                    counts.Add(split, ofSplit = new SortedDictionary<string, int>(StringComparer.Ordinal));
                }

                ((SortedDictionary<string, int>)ofSplit).Add(reader.GetString(1), checked((int)reader.GetInt64(2)));
            },
            cancellationToken);
        return counts;
    }

    private static IEnumerable<string> Counts(ExampleColumn feature, string column) =>
    [
        $"count(*) - count({column})",
        .. feature.Kind == FeatureKind.Numeric
            ? new[] { $"count(*) FILTER (isnan({column}))", $"count(*) FILTER (isinf({column}))", "0::BIGINT" }
            : ["0::BIGINT", $"count(*) FILTER ({column} = {DuckDatabase.Literal(FeatureSchema.MissingCategory)})", $"count(DISTINCT {column}) FILTER (s = {(int)DataSplit.Train})"],
    ];

    /// <summary>Counts of one feature.</summary>
    /// <param name="Missing">Rows without value.</param>
    /// <param name="NotNumbers">Rows with NaN.</param>
    /// <param name="Unusable">Rows with an infinite number, or with the text that stands for a missing one.</param>
    /// <param name="Categories">Different texts in the training rows.</param>
    public sealed record OfFeature(long Missing, long NotNumbers, long Unusable, long Categories);
}
