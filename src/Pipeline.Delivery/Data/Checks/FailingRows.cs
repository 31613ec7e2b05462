namespace Pipeline.Delivery.Data.Checks;

/// <summary>What made a check fail, to be saved for who mends it.</summary>
/// <param name="Check">One of <see cref="DataCheckNames"/>; names the file.</param>
/// <param name="Sql">Selects the rows.</param>
internal sealed record FailingRows(string Check, string Sql)
{
    /// <summary>Of one column, split or class; enough to see what is wrong.</summary>
    public const int Most = 1_000;

    /// <summary>Rows of the table <c>examples</c>, with the columns' own names.</summary>
    /// <param name="check">One of <see cref="DataCheckNames"/>.</param>
    /// <param name="subject">What is at fault.</param>
    /// <param name="query">The columns.</param>
    /// <param name="relation">What to select from, with conditions; it has the columns of <c>examples</c>.</param>
    public static FailingRows Of(string check, string? subject, ExampleQuery query, string relation)
    {
        string[] columns =
        [
            $"{DuckDatabase.Literal(subject ?? "all")} AS checked",
            "CASE s WHEN 0 THEN 'train' WHEN 1 THEN 'validation' WHEN 2 THEN 'test' WHEN 3 THEN 'production' END AS split",
            .. query.Settings.Time is { } time ? [$"t AS {DuckDatabase.Identifier(time)}"] : Array.Empty<string>(),
            $"{query.Label.Stored} AS {DuckDatabase.Identifier(query.Settings.Label)}",
            .. query.Features.Select((feature, i) => $"{ExampleRows.Column(i)} AS {DuckDatabase.Identifier(feature.Name)}"),
            .. query.Attributes.Select((attribute, i) => $"{ExampleRows.Attribute(i)} AS {DuckDatabase.Identifier(attribute.Name)}"),
        ];
        return new FailingRows(check, FormattableString.Invariant($"SELECT {string.Join(", ", columns)} FROM {relation} LIMIT {Most}"));
    }

    /// <summary>Writes a CSV file a check.</summary>
    public static void Write(IEnumerable<FailingRows> failing, DuckDatabase database, string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        foreach (var check in failing.GroupBy(rows => rows.Check, StringComparer.Ordinal))
        {
            var path = Path.Combine(directory, $"{check.Key}.csv");
            var rows = string.Join(" UNION ALL BY NAME ", check.Select(part => $"(FROM ({part.Sql}))"));
            database.Execute($"COPY ({rows}) TO {DuckDatabase.Literal(path)} (FORMAT csv, HEADER)", cancellationToken);
        }
    }
}
