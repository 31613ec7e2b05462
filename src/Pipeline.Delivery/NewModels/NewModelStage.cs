using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.NewModels;

/// <summary>Data files → a model's folder, that Promote takes as it is: model.yaml with a comment at every guess, golden requests and, if they are small, the data.</summary>
/// <param name="store">For files on the way.</param>
/// <param name="log">Where it says what it guessed.</param>
public sealed class NewModelStage(RunStore store, RunLog log)
{
    public const string Name = "New";

    private const int LeastRows = 100;
    private const int LeastTrainingRows = 10;
    private const int LeastRowsElsewhere = 3;
    private const int MostSeeds = 8;

    private static readonly JsonSerializerOptions GoldenJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The model's folder.</returns>
    /// <exception cref="PipelineException">Exit code 64: wrong usage, the folder is there, or the label cannot be predicted; 3: too few rows; 1: a file cannot be read. Nothing is written then.</exception>
    public Task<string> RunAsync(NewModelOptions options, CancellationToken cancellationToken) => Task.Run(() => Run(options, cancellationToken), cancellationToken);

    private string Run(NewModelOptions options, CancellationToken cancellationToken)
    {
        var directory = CheckOptions(options);
        var files = DataFiles.Find(options.CallerDirectory, options.From, _ => "--from");
        using var scratch = store.CreateScratch();
        using var database = new DuckDatabase(Path.Combine(scratch.Path, "duckdb"));
        SourceTable.Create(database, files, cancellationToken);
        var names = new SqlNames(database, cancellationToken);
        var columns = ReadColumns(database, names, options, cancellationToken);
        var label = new LabelPlanner(database, options).Plan(columns.Single(column => column.Name == options.Label), cancellationToken);
        var time = ColumnPlanner.ChooseTime(columns, options.Time, options.Label!);
        var placement = DataPlacement.Choose(files, options.From, options.CallerDirectory, directory);
        var draft = new NewModelDraft(
            options.Model!,
            $"{options.Label} from {Path.GetFileName(files[0].Path)}{(files.Count > 1 ? FormattableString.Invariant($" and {files.Count - 1} more") : string.Empty)}",
            placement.Patterns,
            label,
            time,
            new ColumnPlanner(names, label, time).Plan(columns),
            new ShareSplits(SplitPlanner.Train, SplitPlanner.Validation, SplitPlanner.Test, ShareSplits.DefaultSeed, null),
            string.Empty);
        CheckFeatures(draft);

        var (settled, trial) = Settle(draft, database, names, files, directory, cancellationToken);
        var outcomes = trial.Check(cancellationToken);
        var failed = outcomes.Where(outcome => outcome.Status == DataCheckStatus.Fail).GroupBy(outcome => outcome.Check, StringComparer.Ordinal).ToList();
        settled = settled with
        {
            ChecksOff = new SortedDictionary<string, string>(failed.ToDictionary(check => check.Key, check => $"{check.First().Subject} {check.First().Found}".Trim()), StringComparer.Ordinal),
        };
        var yaml = new ModelYaml(settled, names).Write();
        var definition = Read(yaml, directory);
        Write(directory, scratch.Path, yaml, trial.Golden(cancellationToken), placement);
        Report(options, settled, definition, trial, outcomes, [.. SourceTable.Differences(database, files, cancellationToken)], placement);
        return directory;
    }

    private static string CheckOptions(NewModelOptions options)
    {
        const string Example = "./build.sh New --model churn --from data.csv --label churned";
        var missing = options.Model is null ? "--model, the name of the folder to make" : options.From.Count == 0 ? "--from, the data files" : options.Label is null ? "--label, the column to predict" : null;
        if (missing is not null)
        {
            throw new PipelineException(ExitCode.Usage, $"{Name} needs {missing}, such as {Example}");
        }

        if (!ModelDefinitionReader.IsName(options.Model!))
        {
            throw new PipelineException(ExitCode.Usage, $"--model '{options.Model}' must be at most 63 lower-case letters, digits and dashes, with no dash first or last.");
        }

        if (options.Task is { } task && !ModelTask.Names.Contains(task))
        {
            throw new PipelineException(ExitCode.Usage, $"--task '{task}' is not a task{NearestName.Hint(task, ModelTask.Names)}");
        }

        var directory = ModelCatalog.DirectoryOf(options.RootDirectory, options.Model!);
        return !Path.Exists(directory)
            ? directory
            : throw new PipelineException(ExitCode.Usage, $"{directory} is there already. Choose another name, or remove it; {Name} changes no model.");
    }

    private static IReadOnlyList<SourceColumn> ReadColumns(DuckDatabase database, SqlNames names, NewModelOptions options, CancellationToken cancellationToken)
    {
        var known = new List<string>();
        database.Read("DESCRIBE source", reader => known.Add(reader.GetString(0)), cancellationToken);
        if (!known.Contains(options.Label!))
        {
            throw new PipelineException(ExitCode.Usage, $"--label '{options.Label}' is not a column of the data{NearestName.Hint(options.Label!, known)}");
        }

        if (!SqlNames.CanBeWritten(options.Label!) || (options.Time is not null && !SqlNames.CanBeWritten(options.Time)))
        {
            throw new PipelineException(ExitCode.Usage, "The name of the label or the time has a character that no file of settings can hold; name it otherwise in the files.");
        }

        var rows = 0L;
        database.Read("SELECT count(*) FROM source", reader => rows = reader.GetInt64(0), cancellationToken);
        return rows >= LeastRows
            ? new SourceSurvey(database, names).Read(cancellationToken)
            : throw new PipelineException(ExitCode.NotEnoughData, FormattableString.Invariant($"{Name}: the files hold {rows} rows; to train, choose and judge takes at least {LeastRows}."));
    }

    private static void CheckFeatures(NewModelDraft draft)
    {
        if (draft.Columns.All(column => column.Use is not (ColumnUse.Feature or ColumnUse.Time) || column.Columns.Count == (column.Use == ColumnUse.Time ? 1 : 0)))
        {
            var whys = draft.Columns.Where(column => column.Use is ColumnUse.LeftOut or ColumnUse.Group).Select(column => $"\n  {column.Source.Name}: {column.Why}");
            throw new PipelineException(ExitCode.Usage, $"{Name}: no column is left to predict '{draft.Label.Source.Name}' from:{string.Concat(whys)}");
        }
    }

    /// <summary>Goes on from one draft to the next until each split has rows of each class.</summary>
    private static (NewModelDraft Draft, DraftTrial Trial) Settle(NewModelDraft draft, DuckDatabase database, SqlNames names, IReadOnlyList<DataFile> files, string directory, CancellationToken cancellationToken)
    {
        var whole = draft;
        var divisions = Divisions(draft, database, cancellationToken);
        for (var i = 0; ; i++)
        {
            draft = draft with { Splits = divisions[i].Splits, WhySplits = divisions[i].Why };
            var trial = Try(draft);
            if (draft.Label.Task == ModelTask.Multiclass && GroupRare(draft, trial) is { } grouped)
            {
                draft = grouped;
                trial = Try(draft);
            }

            if (IsEnough(trial) || i == divisions.Count - 1)
            {
                return (draft with { TestRows = trial.RowsOf(DataSplit.Test), RarestTestRows = trial.Classes.GetValueOrDefault(DataSplit.Test)?.Values.Min() ?? 0 }, trial);
            }

            // What was rare in one division need not be so in the next.
            draft = whole;
        }

        DraftTrial Try(NewModelDraft tried) => DraftTrial.Run(database, Read(new ModelYaml(tried, names).Write(), directory), files, cancellationToken);
    }

    private static List<(SplitSettings Splits, string Why)> Divisions(NewModelDraft draft, DuckDatabase database, CancellationToken cancellationToken)
    {
        var divisions = new List<(SplitSettings, string)>();
        if (draft.Time is { } time)
        {
            divisions.AddRange(new SplitPlanner(database).ByTime(time, draft.Label.Where, cancellationToken).Select(division => ((SplitSettings)division.Splits, division.Why)));
        }

        var group = draft.Attributes.Count > 0 ? draft.Attributes[0] : null;
        var why = draft.Time is null ? "there is no column of the rows' time" : "by time there would be too few rows of a class in a part";
        divisions.AddRange(Enumerable.Range(ShareSplits.DefaultSeed, MostSeeds).Select(seed => (
            (SplitSettings)new ShareSplits(SplitPlanner.Train, SplitPlanner.Validation, SplitPlanner.Test, seed, group),
            $"by chance, as {why}; {(group is null ? "rows that are alike stay together" : $"rows of one {group} stay together")}")));
        return divisions;
    }

    private static bool IsEnough(DraftTrial trial) =>
        trial.RowsOf(DataSplit.Train) >= ExampleCheck.MinTrainingRows && trial.RowsOf(DataSplit.Validation) >= LeastTrainingRows && trial.RowsOf(DataSplit.Test) >= LeastTrainingRows
        && (trial.Classes.Count == 0 || (trial.Classes[DataSplit.Train].Count >= 2 && trial.Classes.Values.SelectMany(split => split.Keys).Distinct(StringComparer.Ordinal).All(name => IsEnough(trial, [name]))));

    private static bool IsEnough(DraftTrial trial, IReadOnlyList<string> classes) =>
        classes.Sum(name => trial.RowsOf(DataSplit.Train, name)) >= LeastTrainingRows
        && classes.Sum(name => trial.RowsOf(DataSplit.Validation, name)) >= LeastRowsElsewhere
        && classes.Sum(name => trial.RowsOf(DataSplit.Test, name)) >= LeastRowsElsewhere;

    private static NewModelDraft? GroupRare(NewModelDraft draft, DraftTrial trial)
    {
        var known = trial.Classes.Values.SelectMany(split => split.Keys).ToHashSet(StringComparer.Ordinal);
        var rare = known.Where(name => !IsEnough(trial, [name])).Order(StringComparer.Ordinal).ToList();
        if (rare.Count == 0)
        {
            return null;
        }

        var isEnough = rare.Count > 1 && IsEnough(trial, rare);
        return known.Count - rare.Count + (isEnough ? 1 : 0) >= 2
            ? draft with { Label = LabelPlanner.Group(draft.Label, rare, isEnough, known) }
            : null;
    }

    private static ModelDefinition Read(string yaml, string directory)
    {
        var (definition, faults) = ModelDefinitionReader.Parse(yaml, directory);
        return definition ?? throw new InvalidOperationException($"The definition that {Name} wrote is at fault: {string.Join("; ", faults)}\n{yaml}");
    }

    private static void Write(string directory, string scratch, string yaml, JsonArray golden, DataPlacement placement)
    {
        var made = Directory.CreateDirectory(Path.Combine(scratch, "model")).FullName;
        File.WriteAllText(Path.Combine(made, ModelDefinition.FileName), yaml, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.WriteAllText(Path.Combine(made, "golden-requests.json"), $"[\n{string.Join(",\n", golden.Select(row => $"  {Line(row!.AsObject())}"))}\n]\n");
        if (placement.Copies.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(made, "data"));
        }

        foreach (var (from, name) in placement.Copies)
        {
            File.Copy(from, Path.Combine(made, "data", name));
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
            Directory.Move(made, directory);
        }
        catch (IOException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {directory} cannot be made: {e.Message}", e);
        }
    }

    private static string Line(JsonObject row) => $"{{ {string.Join(", ", row.Select(value => $"{JsonSerializer.Serialize(value.Key, GoldenJson)}: {value.Value?.ToJsonString(GoldenJson) ?? "null"}"))} }}";

    private void Report(
        NewModelOptions options, NewModelDraft draft, ModelDefinition definition, DraftTrial trial, IReadOnlyList<DataCheckOutcome> outcomes, IReadOnlyList<(string Column, string Text)> differences, DataPlacement placement)
    {
        log.Table(["column", "type", "values", "missing", "use", "why"], draft.Columns.Select(Row));
        log.Info($"{Name}: '{draft.Label.Source.Name}' is a label of task {draft.Label.Task}: {draft.Label.Why}{(draft.Label.Task == ModelTask.Binary ? string.Create(CultureInfo.InvariantCulture, $"; '{draft.Label.Positive}' is the positive class, {100 * draft.Label.PositiveShare:0.#} % of the rows") : string.Empty)}");
        log.Info($"{Name}: the rows are divided {draft.WhySplits}: {string.Join(", ", definition.Splits.Names.Select(split => string.Create(CultureInfo.InvariantCulture, $"{Dataset.Name(split)} {trial.RowsOf(split):N0}")))}");
        log.Info(placement.Copies.Count > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Name}: {placement.Copies.Count} data {(placement.Copies.Count == 1 ? "file is" : "files are")} copied into models/{draft.Name}/data ({placement.Bytes / 1024.0 / 1024.0:0.0} MB)")
            : string.Create(CultureInfo.InvariantCulture, $"{Name}: the data stay where they are ({placement.Bytes / 1024.0 / 1024.0:0} MB are more than {DataPlacement.MostToCopy >> 20}): {string.Join(", ", placement.Patterns)}"));
        foreach (var warning in draft.Label.Warnings.Concat(differences.Select(difference => $"'{difference.Column}' {difference.Text}"))
            .Concat(outcomes.Where(outcome => outcome.Status == DataCheckStatus.Warn).Select(outcome => $"'{outcome.Subject}' {outcome.Found}"))
            .Concat(draft.ChecksOff.Select(check => $"data.checks.{check.Key} is off, as these data do not pass it: {check.Value}")))
        {
            log.Warn($"{Name}: {warning}");
        }

        log.Info($"{Name}: wrote models/{draft.Name}. Look at model.yaml, then run ./build.sh Promote --model {options.Model}");

        static string[] Row(ColumnPlan column) =>
        [
            column.Source.Name,
            column.Source.DuckDbType,
            column.Source.Kind == ColumnKind.Other ? string.Empty : column.Source.Distinct.ToString("N0", CultureInfo.InvariantCulture),
            column.Source.Missing.ToString("N0", CultureInfo.InvariantCulture),
            column.Use switch { ColumnUse.LeftOut => "left out", ColumnUse.Time => "time", var use => use.ToString().ToLowerInvariant() },
            column.Use is ColumnUse.Feature or ColumnUse.Time && !column.Columns.All(made => made.Name == column.Source.Name)
                ? $"{column.Why}{(column.Why.Length > 0 ? ": " : string.Empty)}{string.Join(", ", column.Columns.Select(made => made.Name))}"
                : column.Why,
        ];
    }
}
