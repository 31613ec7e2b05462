namespace Pipeline.Delivery.Data.Checks;

/// <summary>Finds columns of texts that are numbers as much of the world writes them, <c>1.234,5</c>, which DuckDB takes for texts.</summary>
internal static class DecimalCommas
{
    /// <summary>RE2. All values are of this form, and at least one has a comma.</summary>
    public const string Form = @"\s*[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?\s*";

    private const int RowsToLookAt = 20_000;

    /// <summary>The number, in SQL; null for what is none.</summary>
    public static string Conversion(string column) => $"TRY_CAST(replace(replace({column}, '.', ''), ',', '.') AS DOUBLE)";

    /// <returns>Names of the features with a value of each.</returns>
    public static IReadOnlyList<(string Name, string Example)> Find(DuckDatabase database, ExampleQuery query, CancellationToken cancellationToken)
    {
        var texts = query.Features.Index().Where(feature => ExampleQuery.IsText(feature.Item.DuckDbType)).ToList();
        var found = new List<(string, string)>();
        if (texts.Count == 0)
        {
            return found;
        }

        var columns = texts.Select(text => ExampleRows.Column(text.Index)).ToList();
        var examples = columns.Select(column => $"CASE WHEN bool_and(regexp_full_match({column}, '{Form}')) THEN min({column}) FILTER (contains({column}, ',')) END");
        database.Read(
            FormattableString.Invariant($"SELECT {string.Join(", ", examples)} FROM (SELECT {string.Join(", ", columns)} FROM examples WHERE s = {(int)DataSplit.Train} LIMIT {RowsToLookAt})"),
            reader => found.AddRange(texts.Select((text, i) => (text.Item.Name, Example: reader.IsDBNull(i) ? null : reader.GetString(i))).Where(text => text.Example is not null).Select(text => (text.Name, text.Example!))),
            cancellationToken);
        return found;
    }
}
