using System.Globalization;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Data;

/// <summary>Data files → dataset: runs the definition's query, checks its rows, and splits them by time or by chance.</summary>
public sealed class PrepareDataStage(StageRunner runner)
{
    public const string Name = "PrepareData";

    /// <summary>Where the rows go that made a check fail, a file a check; null to save none.</summary>
    public string? FailingRowsDirectory { get; init; }

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
        var failingRows = Path.Combine(spill.Path, "failing");
        using var database = new DuckDatabase(Path.Combine(spill.Path, "duckdb"));
        SourceTable.RequireRows(files);
        SourceTable.Create(database, files, cancellationToken);
        var differences = SourceTable.Differences(database, files, cancellationToken);
        database.CloseToTheOutside(files.Select(file => file.Path), output, failingRows);
        var query = ExampleQuery.Check(database, definition, cancellationToken);
        ExampleRows.Create(database, definition, query, files, cancellationToken);
        var statistics = ExampleStatistics.Read(database, query, cancellationToken);
        new ExampleCheck(database, definition, query, statistics).Run(cancellationToken);
        var checks = new DataChecks(database, definition, query, statistics);
        IReadOnlyList<DataCheckOutcome> outcomes = [.. FileOutcomes(definition, differences), .. checks.Run(cancellationToken)];
        PrintChecks(outcomes);
        if (outcomes.Any(outcome => outcome.Status == DataCheckStatus.Fail))
        {
            FailingRows.Write(checks.Failing, database, failingRows, cancellationToken);
            throw Refusal(definition, outcomes, failingRows);
        }

        new DatasetWriter(database, definition, query, output).Write(statistics, outcomes, cancellationToken);
        WarnOfUnseenGaps(definition, query, statistics);
    }

    // A column that the query does not name is nobody's concern.
    private static IEnumerable<DataCheckOutcome> FileOutcomes(ModelDefinition definition, IReadOnlyList<(string Column, string Text)> differences) => differences
        .Where(difference => definition.Data.Query.Contains('*', StringComparison.Ordinal) || definition.Data.Query.Contains(difference.Column, StringComparison.OrdinalIgnoreCase))
        .Select(difference => new DataCheckOutcome(DataCheckNames.Files, difference.Column, DataCheckStatus.Warn, difference.Text));

    private void PrintChecks(IReadOnlyList<DataCheckOutcome> outcomes) =>
        runner.Log.Table(["check of the data", "about", "result", "found"], outcomes.Select(outcome => new[] { outcome.Check, outcome.Subject ?? string.Empty, outcome.Status.ToString().ToLowerInvariant(), outcome.Found }));

    private PipelineException Refusal(ModelDefinition definition, IReadOnlyList<DataCheckOutcome> outcomes, string failingRows)
    {
        var failed = outcomes.Where(outcome => outcome.Status == DataCheckStatus.Fail).Select(outcome => $"  {outcome.Check}: {(outcome.Subject is null ? string.Empty : $"'{outcome.Subject}' ")}{outcome.Found}").ToList();
        var where = string.Empty;
        if (FailingRowsDirectory is { } directory)
        {
            Replace(directory, failingRows);
            where = $"The rows are in {directory}. ";
        }

        return new PipelineException(
            ExitCode.Refused,
            $"The data of model {definition.Name} fail {failed.Count} of data.checks:\n{string.Join('\n', failed)}\n{where}Mend the files or data.query, or change the threshold in data.checks of {ModelDefinition.FileName}.");
    }

    private static void Replace(string directory, string failingRows)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        Directory.CreateDirectory(directory);
        foreach (var file in Directory.EnumerateFiles(failingRows))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }
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
        foreach (var check in dataset.Summary.Checks.Where(check => check.Status is DataCheckStatus.Warn or DataCheckStatus.Note))
        {
            // Told each time, also of a restored dataset.
            var text = $"{Name}: '{check.Subject}' {check.Found}";
            if (check.Status == DataCheckStatus.Warn)
            {
                runner.Log.Warn(text);
            }
            else
            {
                runner.Log.Info(text);
            }
        }

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
