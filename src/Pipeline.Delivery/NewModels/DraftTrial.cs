using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.NewModels;

/// <summary>What PrepareData would make of a draft: the same query, rows and counts. One trial at a time: all are the one table <c>examples</c>.</summary>
internal sealed class DraftTrial
{
    private const int GoldenRows = 5;

    private readonly DuckDatabase _database;
    private readonly ModelDefinition _definition;
    private readonly ExampleQuery _query;
    private readonly IReadOnlyDictionary<int, ExampleStatistics> _statistics;

    private DraftTrial(DuckDatabase database, ModelDefinition definition, ExampleQuery query, IReadOnlyDictionary<int, ExampleStatistics> statistics, IReadOnlyDictionary<DataSplit, IReadOnlyDictionary<string, long>> classes) =>
        (_database, _definition, _query, _statistics, Classes) = (database, definition, query, statistics, classes);

    /// <summary>Of classes, the rows of each by split; empty of a number.</summary>
    public IReadOnlyDictionary<DataSplit, IReadOnlyDictionary<string, long>> Classes { get; }

    public static DraftTrial Run(DuckDatabase database, ModelDefinition definition, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        database.Execute("DROP TABLE IF EXISTS examples", cancellationToken);
        var query = ExampleQuery.Check(database, definition, cancellationToken);
        ExampleRows.Create(database, definition, query, files, cancellationToken);
        var classes = new Dictionary<DataSplit, IReadOnlyDictionary<string, long>>();
        if (definition.Task != ModelTask.Regression)
        {
            database.Read(
                "SELECT s, CAST(l AS VARCHAR), count(*) FROM examples WHERE s IS NOT NULL AND l IS NOT NULL GROUP BY ALL",
                reader =>
                {
                    classes.TryAdd((DataSplit)reader.GetInt32(0), new SortedDictionary<string, long>(StringComparer.Ordinal));
                    ((SortedDictionary<string, long>)classes[(DataSplit)reader.GetInt32(0)]).Add(reader.GetString(1), reader.GetInt64(2));
                },
                cancellationToken);
        }

        return new DraftTrial(database, definition, query, ExampleStatistics.Read(database, query, cancellationToken), classes);
    }

    public long RowsOf(DataSplit split) => _statistics.TryGetValue((int)split, out var found) ? found.Rows : 0;

    public long RowsOf(DataSplit split, string name) => Classes.TryGetValue(split, out var rows) ? rows.GetValueOrDefault(name) : 0;

    /// <summary>What PrepareData checks.</summary>
    /// <exception cref="Engine.PipelineException">The rows are not fit to train and judge on.</exception>
    public IReadOnlyList<DataCheckOutcome> Check(CancellationToken cancellationToken)
    {
        new ExampleCheck(_database, _definition, _query, _statistics).Run(cancellationToken);
        return new DataChecks(_database, _definition, _query, _statistics).Run(cancellationToken);
    }

    /// <summary>Some of the training rows as requests, one of them with missing values if there are any.</summary>
    public JsonArray Golden(CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", _query.Features.Select((_, i) => ExampleRows.Column(i)));
        var missing = string.Join(" + ", _query.Features.Select((_, i) => $"CAST({ExampleRows.Column(i)} IS NULL AS INTEGER)"));
        var rows = new JsonArray();
        _database.Read(
            FormattableString.Invariant($"""
            (SELECT {columns} FROM examples WHERE s = {(int)DataSplit.Train} ORDER BY {missing}, hash(rowid) LIMIT {GoldenRows - 1})
            UNION ALL (SELECT {columns} FROM examples WHERE s = {(int)DataSplit.Train} ORDER BY {missing} DESC, hash(rowid) DESC LIMIT 1)
            """),
            reader =>
            {
                var row = new JsonObject();
                foreach (var (i, feature) in _query.Features.Index())
                {
                    row[feature.Name] = reader.IsDBNull(i) ? null : feature.Kind == FeatureKind.Numeric ? JsonValue.Create(reader.GetFloat(i)) : JsonValue.Create(reader.GetString(i));
                }

                rows.Add((JsonNode)row);
            },
            cancellationToken);
        return rows;
    }
}
