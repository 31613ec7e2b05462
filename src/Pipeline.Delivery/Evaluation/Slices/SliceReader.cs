using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.Metrics.Slices;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>Finds out which test rows belong to which slice, in the rows' own order.</summary>
/// <param name="dataset">Has the rows.</param>
/// <param name="definition">Names the slices.</param>
internal sealed class SliceReader(Dataset dataset, ModelDefinition definition)
{
    // A column of identifiers makes no slices; beyond, only what has rows enough to be judged does.
    private const int MaxValues = 100;

    // Of so many columns the values are in memory at once; opening a database for each would take longer than to read it.
    private const int ColumnsAtOnce = 16;

    private string Source => $"read_parquet({DuckDatabase.Literal(dataset.PathOf(DataSplit.Test))})";

    /// <summary>Whether every slice can be had, before a model is trained.</summary>
    /// <exception cref="PipelineException">A column is not there, or a condition is none; every fault is told.</exception>
    public void Check(CancellationToken cancellationToken)
    {
        using var database = Open();
        var faults = new List<string>();
        foreach (var slice in definition.Evaluation.Slices)
        {
            if (slice.Column is { } column && !Columns().Select(known => known.Name).Contains(column))
            {
                faults.Add($"'{column}' is not a column of the dataset{NearestName.Hint(column, [.. Columns().Select(known => known.Name)])}");
            }
            else if (slice.Where is { } where && WhyNot(database, where, cancellationToken) is { } reason)
            {
                faults.Add($"the condition of '{slice.Name}' {reason}");
            }
        }

        if (faults.Count > 0)
        {
            throw new PipelineException(ExitCode.Usage, $"evaluation.slices of model {definition.Name} cannot be had:\n  {string.Join("\n  ", faults)}");
        }
    }

    /// <summary>The definition's slices, those of a column from the most frequent value down.</summary>
    /// <exception cref="PipelineException">A condition fails on a row.</exception>
    public IReadOnlyList<RowSlice> Declared(CancellationToken cancellationToken) =>
        [.. definition.Evaluation.Slices.SelectMany(slice => slice.Column is { } column ? OfColumn(column, cancellationToken) : [OfCondition(slice, cancellationToken)])];

    /// <summary>Every column, for a search: features, attributes and the time's months.</summary>
    public IReadOnlyList<SliceColumn> All(CancellationToken cancellationToken) => [.. Columns().Select(column => column.Name).Chunk(ColumnsAtOnce).SelectMany(names => Read(names, int.MaxValue, cancellationToken))];

    /// <summary>The slices of one column, every one that has rows enough to be judged among them.</summary>
    public SliceColumn Read(string name, CancellationToken cancellationToken) => Read([name], definition.Evaluation.MinSliceRows, cancellationToken).Single();

    private List<SliceColumn> Read(IReadOnlyList<string> names, int minRows, CancellationToken cancellationToken)
    {
        var kinds = names.Select(name => Columns().First(column => column.Name == name).Kind).ToList();
        var rows = dataset.Find(DataSplit.Test)!.Rows;
        var numbers = kinds.Select(kind => kind == FeatureKind.Numeric ? new List<float>(rows) : []).ToList();
        var texts = kinds.Select(kind => kind == FeatureKind.Numeric ? [] : new List<string?>(rows)).ToList();
        var shared = new Dictionary<string, string>(StringComparer.Ordinal);
        Query(
            $"SELECT {string.Join(", ", names.Select(Expression))} FROM {Source}",
            reader =>
            {
                for (var i = 0; i < kinds.Count; i++)
                {
                    if (kinds[i] == FeatureKind.Numeric)
                    {
                        numbers[i].Add(reader.IsDBNull(i) ? float.NaN : reader.GetFloat(i));
                    }
                    else
                    {
                        texts[i].Add(reader.IsDBNull(i) ? null : Share(reader.GetString(i)));
                    }
                }
            },
            cancellationToken);
        return [.. names.Select((name, i) => kinds[i] == FeatureKind.Numeric ? SliceColumn.OfNumbers(name, numbers[i]) : SliceColumn.OfTexts(name, texts[i], MaxValues, minRows))];

        string Share(string text)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(shared, text, out _);
            return known ??= text;
        }
    }

    private string Expression(string name) => name == dataset.Summary.Time ? $"strftime({DuckDatabase.Identifier(name)}, '%Y-%m')" : DuckDatabase.Identifier(name);

    private IEnumerable<RowSlice> OfColumn(string column, CancellationToken cancellationToken)
    {
        var slices = Read(column, cancellationToken);
        var rows = slices.Values.Select(_ => new List<int>()).ToList();
        foreach (var (row, code) in slices.Codes.Index().Where(pair => pair.Item >= 0))
        {
            rows[code].Add(row);
        }

        return slices.Values.Select((_, i) => new RowSlice(column, slices.NameOf(i), rows[i])).Where(slice => slice.Rows.Count > 0);
    }

    private RowSlice OfCondition(SliceSettings slice, CancellationToken cancellationToken)
    {
        var rows = new List<int>();
        var row = 0;
        Query(
            $"SELECT coalesce({Wrap(slice.Where!)}, false) FROM {Source}",
            reader =>
            {
                if (reader.GetBoolean(0))
                {
                    rows.Add(row);
                }

                row++;
            },
            cancellationToken);
        return new RowSlice(slice.Name, slice.Name, rows);
    }

    private void Query(string sql, Action<DuckDBDataReader> onRow, CancellationToken cancellationToken)
    {
        using var database = Open();
        try
        {
            database.Read(sql, onRow, cancellationToken);
        }
        catch (DatabaseException e)
        {
            throw new PipelineException(ExitCode.Usage, $"evaluation.slices of model {definition.Name} fails on the test rows: {e.Message}", e);
        }
    }

    private string? WhyNot(DuckDatabase database, string where, CancellationToken cancellationToken)
    {
        try
        {
            var type = string.Empty;
            database.Read($"DESCRIBE SELECT {Wrap(where)} FROM {Source}", reader => type = reader.GetString(1), cancellationToken);
            if (type != "BOOLEAN")
            {
                return $"is of type {type}; it must be true or false for a row, such as hour > 20";
            }

            // What looks at several rows gives them in another order or number, and is refused here.
            database.Read($"DESCRIBE SELECT 1 FROM {Source} WHERE {Wrap(where)}", _ => { }, cancellationToken);
            return null;
        }
        catch (DatabaseException e)
        {
            return $"fails: {e.Message.Split("\n\nLINE ", 2)[0]}";
        }
    }

    // Nothing spills, and a condition reads nothing but the rows.
    private DuckDatabase Open()
    {
        var database = new DuckDatabase(spillDirectory: string.Empty);
        database.CloseToTheOutside([dataset.PathOf(DataSplit.Test)], dataset.Directory);
        return database;
    }

    // On lines of its own: it may end with a comment.
    private static string Wrap(string where) => $"(\n{where}\n)";

    private IEnumerable<(string Name, FeatureKind Kind)> Columns() =>
    [
        .. dataset.Schema.Features.Select(feature => (feature.Name, feature.Kind)),
        .. dataset.Summary.Attributes.Select(attribute => (attribute.Name, attribute.Kind)),
        .. dataset.Summary.Time is { } time ? [(time, FeatureKind.Categorical)] : Array.Empty<(string, FeatureKind)>(),
    ];
}
