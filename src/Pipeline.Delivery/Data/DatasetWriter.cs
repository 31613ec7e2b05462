using DuckDB.NET.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Writes the table <c>examples</c> as a dataset's files.</summary>
internal sealed class DatasetWriter(DuckDatabase database, ModelDefinition definition, ExampleQuery query, string directory)
{
    private const int MissingLength = -1;

    // Sums of doubles may differ in their last digits from run to run.
    private const int MeanDigits = 9;

    public void Write(IReadOnlyDictionary<int, ExampleStatistics> statistics, IReadOnlyList<DataCheckOutcome> checks, CancellationToken cancellationToken)
    {
        var splits = new List<SplitSummary>();
        var classes = definition.Task == ModelTask.Multiclass ? ExampleStatistics.ReadClasses(database, cancellationToken) : null;
        foreach (var split in definition.Splits.Names)
        {
            var counts = statistics[(int)split];
            WriteRows(split, cancellationToken);
            splits.Add(new SplitSummary(split, checked((int)counts.Rows), counts.First, counts.Last, DigestOf(split, cancellationToken))
            {
                Positives = definition.Task == ModelTask.Binary ? checked((int)counts.Positives) : null,
                ClassRows = classes?[split],
                MeanLabel = definition.Task == ModelTask.Regression ? MeanLabel(split, cancellationToken) : null,
            });
        }

        var training = statistics[(int)DataSplit.Train];
        var columns = query.Features.Select((feature, i) => new DatasetColumn(feature.Name, feature.DuckDbType, feature.Kind, training.Features[i].Missing)).ToList();
        var attributes = query.Attributes.Select(attribute => new AttributeColumn(attribute.Name, attribute.Kind)).ToList();
        var outside = statistics.GetValueOrDefault(-1)?.Rows ?? 0;

        // Types are left out: the same values in a column of another width are the same rows.
        var digest = Digest.Of(PackageJson.Serialize(new
        {
            Columns = columns.Select(column => new { column.Name, column.Kind }),
            Attributes = attributes,
            definition.Task,
            query.Settings.Label,
            query.Settings.Time,
            Splits = splits.Select(split => new { split.Split, split.Digest }),
        }));
        var summary = new DatasetSummary(definition.Task, columns, query.Settings.Label, query.Settings.Time, splits, outside, digest) { Attributes = attributes, Checks = checks };
        File.WriteAllBytes(Path.Combine(directory, Dataset.SummaryFile), PackageJson.Serialize(summary));
    }

    private void WriteRows(DataSplit split, CancellationToken cancellationToken)
    {
        var features = query.Features.Select((feature, i) => $"{ExampleRows.Column(i)} AS {DuckDatabase.Identifier(feature.Name)}");
        var attributes = query.Attributes.Select((attribute, i) => $"{ExampleRows.Attribute(i)} AS {DuckDatabase.Identifier(attribute.Name)}");
        database.Execute(
            $"""
            COPY (
                SELECT {(query.Settings.Time is { } time ? $"t AS {DuckDatabase.Identifier(time)}, " : string.Empty)}{query.Label.Stored} AS {DuckDatabase.Identifier(query.Settings.Label)}, {string.Join(", ", features.Concat(attributes))}
                FROM examples WHERE s = {(int)split} ORDER BY {ExampleRows.Order(query)})
            TO {DuckDatabase.Literal(Path.Combine(directory, Dataset.FileName(split)))} (FORMAT parquet, COMPRESSION zstd)
            """,
            cancellationToken);
    }

    // Exact and free of any library's way of writing numbers: time in microseconds, label, then each value's bits; texts with their length, -1 for missing.
    private Digest DigestOf(DataSplit split, CancellationToken cancellationToken)
    {
        List<ExampleColumn> columns = [.. query.Features, .. query.Attributes];
        var values = columns.Select(column => DuckDatabase.Identifier(column.Name));
        using var hash = new HashingStream();
        database.Read(
            $"SELECT {(query.Settings.Time is { } time ? $"epoch_us({DuckDatabase.Identifier(time)})" : "0::BIGINT")}, {DuckDatabase.Identifier(query.Settings.Label)}, {string.Join(", ", values)} FROM read_parquet({DuckDatabase.Literal(Path.Combine(directory, Dataset.FileName(split)))})",
            reader =>
            {
                hash.Write(reader.GetInt64(0));
                WriteLabel(hash, reader);
                for (var i = 0; i < columns.Count; i++)
                {
                    WriteValue(hash, reader, 2 + i, columns[i].Kind);
                }
            },
            cancellationToken);
        return hash.ToDigest();
    }

    private void WriteLabel(HashingStream hash, DuckDBDataReader reader)
    {
        switch (query.Label.Task)
        {
            case ModelTask.Multiclass:
                hash.Write(reader.GetString(1));
                break;
            case ModelTask.Regression:
                hash.Write(BitConverter.SingleToInt32Bits(reader.GetFloat(1)));
                break;
            default:
                hash.Write(reader.GetBoolean(1) ? 1 : 0);
                break;
        }
    }

    private double MeanLabel(DataSplit split, CancellationToken cancellationToken)
    {
        var mean = 0.0;
        database.Read(
            $"SELECT fsum(CAST({DuckDatabase.Identifier(query.Settings.Label)} AS DOUBLE)) / count(*) FROM read_parquet({DuckDatabase.Literal(Path.Combine(directory, Dataset.FileName(split)))})",
            reader => mean = reader.GetDouble(0),
            cancellationToken);
        return Math.Round(mean, MeanDigits);
    }

    private static void WriteValue(HashingStream hash, DuckDBDataReader reader, int ordinal, FeatureKind kind)
    {
        if (reader.IsDBNull(ordinal))
        {
            hash.Write(kind == FeatureKind.Numeric ? BitConverter.SingleToInt32Bits(float.NaN) : MissingLength);
        }
        else if (kind == FeatureKind.Numeric)
        {
            hash.Write(BitConverter.SingleToInt32Bits(reader.GetFloat(ordinal)));
        }
        else
        {
            hash.Write(reader.GetString(ordinal));
        }
    }
}
