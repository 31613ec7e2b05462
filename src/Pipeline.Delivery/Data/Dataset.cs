using System.Globalization;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Rows that are ready for training and judging, one Parquet file per split. Made by <see cref="PrepareDataStage"/>. Thread-safe.</summary>
public sealed class Dataset : IArtifact<Dataset>, IReproducible
{
    internal const string SummaryFile = "dataset.json";

    private Dataset(string directory, DatasetSummary summary)
    {
        Directory = directory;
        Summary = summary;
        Schema = new FeatureSchema([.. summary.Columns.Select(column => new Feature(column.Name, column.Kind, column.MissingInTraining > 0))]);
    }

    /// <summary>The folder in the store.</summary>
    public string Directory { get; }

    public DatasetSummary Summary { get; }

    /// <summary>Over every value of every row in the splits; independent of the files that the rows came from.</summary>
    public Digest Digest => Summary.RowsDigest;

    string IReproducible.Fingerprint => Digest.ToString();

    /// <summary>The feature columns, without what training fits: categories and ranges.</summary>
    public FeatureSchema Schema { get; }

    public static Dataset Load(string directory)
    {
        var path = Path.Combine(directory, SummaryFile);
        try
        {
            return new Dataset(directory, PackageJson.Deserialize<DatasetSummary>(File.ReadAllBytes(path), path));
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"{directory} holds no dataset: {e.Message}", e);
        }
    }

    /// <summary>The split's summary; null if the definition has no such split.</summary>
    public SplitSummary? Find(DataSplit split) => Summary.Splits.FirstOrDefault(summary => summary.Split == split);

    /// <summary>The split's Parquet file.</summary>
    public string PathOf(DataSplit split) => Path.Combine(Directory, FileName(split));

    /// <summary>Reads a split into memory, ordered by time: about 30 bytes a row.</summary>
    /// <exception cref="PipelineException">The definition has no such split.</exception>
    /// <exception cref="InvalidDataException">The file does not hold the rows that the summary says.</exception>
    public LabeledBatch Read(DataSplit split, CancellationToken cancellationToken = default)
    {
        var summary = Find(split) ?? throw new PipelineException(ExitCode.Usage, $"The dataset has no {Name(split)} rows; add splits.{Name(split)} to model.yaml.");
        var batch = new FeatureBatch(Schema, summary.Rows);
        var labels = new LabelFiller(Summary, summary.Rows);
        var filler = new BatchFiller(batch);
        var columns = Schema.Numeric.Concat(Schema.Categorical).Select(feature => feature.Name).Prepend(Summary.Label);

        // Nothing spills: rows are only passed through.
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        var row = 0;
        database.Read(
            $"SELECT {string.Join(", ", columns.Select(DuckDatabase.Identifier))} FROM read_parquet({DuckDatabase.Literal(PathOf(split))})",
            reader =>
            {
                if (row < summary.Rows)
                {
                    labels.Fill(row, reader, ordinal: 0);
                    filler.Fill(row, reader, firstOrdinal: 1);
                }

                row++;
            },
            cancellationToken);
        return row == summary.Rows
            ? new LabeledBatch(batch, labels.ToLabels())
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{PathOf(split)} holds {row} rows, its summary says {summary.Rows}."));
    }

    internal static string Name(DataSplit split) => split.ToString().ToLowerInvariant();

    internal static string FileName(DataSplit split) => $"{Name(split)}.parquet";
}
