using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Data;

/// <summary>Data files → dataset: runs the definition's query, checks its rows, and splits them by time.</summary>
public sealed class PrepareDataStage(StageRunner runner)
{
    public const string Name = "PrepareData";

    /// <summary>Every input of the stage; hashes the data files.</summary>
    /// <exception cref="PipelineException">A data file is not there or plainly at fault.</exception>
    public static StageKey Key(ModelDefinition definition, StageInput code) => Key(definition, code, DataFiles.Find(definition));

    /// <exception cref="PipelineException">The data or the settings are at fault; the store is as it was.</exception>
    public async Task<Dataset> RunAsync(ModelDefinition definition, StageInput code, CancellationToken cancellationToken)
    {
        var files = DataFiles.Find(definition);
        var key = Key(definition, code, files);
        var dataset = await runner.RunAsync<Dataset>(key, (output, token) => Task.Run(() => Prepare(definition, files, output, token), token), cancellationToken);
        Report(dataset);
        return dataset;
    }

    private static StageKey Key(ModelDefinition definition, StageInput code, IReadOnlyList<DataFile> files) => new(
        Name,
        definition.Name,
        new StageInputs
        {
            ["data"] = DataFiles.InputOf(files),
            ["settings"] = DefinitionDigest.OfData(definition),
            ["code"] = code,
        });

    private void Prepare(ModelDefinition definition, IReadOnlyList<DataFile> files, string output, CancellationToken cancellationToken)
    {
        using var spill = runner.Store.CreateScratch();
        using var database = new DuckDatabase(Path.Combine(spill.Path, "duckdb"));
        SourceTable.Create(database, files, cancellationToken);
        database.CloseToTheOutside(files.Select(file => file.Path), output);
        var query = ExampleQuery.Check(database, definition, cancellationToken);
        ExampleRows.Create(database, definition, query, files, cancellationToken);
        var statistics = ExampleStatistics.Read(database, query, cancellationToken);
        new ExampleCheck(database, definition, query, statistics).Run(cancellationToken);
        new DatasetWriter(database, definition, query, output).Write(statistics, cancellationToken);
        WarnOfUnseenGaps(definition, query, statistics);
    }

    private void WarnOfUnseenGaps(ModelDefinition definition, ExampleQuery query, IReadOnlyDictionary<int, ExampleStatistics> statistics)
    {
        for (var i = 0; i < query.Features.Count; i++)
        {
            foreach (var split in definition.Splits.Names)
            {
                if (statistics[(int)split].Features[i].Missing is > 0 and var missing && statistics[(int)DataSplit.Train].Features[i].Missing == 0)
                {
                    runner.Log.Warn(FormattableString.Invariant($"{Name}: '{query.Features[i].Name}' is missing in {missing} rows of splits.{Dataset.Name(split)}, but never in training; requests without it will be refused."));
                }
            }
        }
    }

    private void Report(Dataset dataset)
    {
        var parts = dataset.Summary.Splits.Select(split => string.Create(
            CultureInfo.InvariantCulture,
            $"{Dataset.Name(split.Split)} {split.Rows:N0} rows ({LabelsOf(split, dataset.Summary.Label)})"));
        var classes = dataset.Summary.Classes.Count > 0 ? FormattableString.Invariant($"; {dataset.Summary.Classes.Count} classes") : string.Empty;
        runner.Log.Info($"{Name}: {string.Join(", ", parts)}{classes}; {dataset.Digest.Abbreviated}");
        if (dataset.Summary.RowsOutside > 0)
        {
            runner.Log.Info(string.Create(CultureInfo.InvariantCulture, $"{Name}: {dataset.Summary.RowsOutside:N0} rows lie outside all splits and are left out"));
        }
    }

    private static string LabelsOf(SplitSummary split, string label) => split switch
    {
        { Positives: { } positives } => FormattableString.Invariant($"{100.0 * positives / split.Rows:0.0} % {label}"),
        { ClassRows: { } classes } => FormattableString.Invariant($"rarest {label} {classes.Values.Min():N0} rows"),
        _ => FormattableString.Invariant($"mean {label} {split.MeanLabel:G4}"),
    };
}
