using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Definition;
using Pipeline.Drift.Verdicts;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.NewModels;

/// <summary>Writes a draft as model.yaml, with a comment at every guess.</summary>
internal sealed partial class ModelYaml(NewModelDraft draft, SqlNames names)
{
    private const double RareShare = 0.2;
    private const int RowsOfWindow = 200;

    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Words = new(["true", "false", "null", "yes", "no", "on", "off", "y", "n"], StringComparer.OrdinalIgnoreCase);

    private readonly StringBuilder _text = new();

    private string Task => draft.Label.Task;

    public string Write()
    {
        WriteHead();
        WriteData();
        WriteSplits();
        WriteOutputs();
        WriteTraining();
        WriteGates();
        WriteDrift();
        Line("stages:");
        Line("  - { name: dev }");
        Line("  - { name: staging, image: true }");
        Line("  - { name: production, image: true, approvals: 1 }");
        return _text.ToString();
    }

    /// <summary>A YAML scalar that is this text, within a list or a mapping of one line too.</summary>
    internal static string Text(string text) => Plain().IsMatch(text) && !Words.Contains(text) ? text : JsonSerializer.Serialize(text, Quoted);

    private void Line(string text = "") => _text.Append(text).Append('\n');

    private void WriteHead()
    {
        Line("# yaml-language-server: $schema=../model.schema.json");
        Line("# Written by ./build.sh New from the data. What it guessed says so: look at it, then at the report of ./build.sh Promote.");
        Line($"name: {draft.Name}");
        Line($"description: {Text(draft.Description)}");
        Line($"task: {Task}   # {draft.Label.Why}");
        Line();
    }

    private void WriteData()
    {
        Line("data:");
        Line($"  files: [{string.Join(", ", draft.Files.Select(Text))}]");
        Line("  query: |");
        foreach (var line in Query().Split('\n'))
        {
            Line($"    {line}".TrimEnd());
        }

        Line($"  label: {Text(draft.Label.Source.Name)}");
        if (draft.Time is { } time)
        {
            Line($"  time: {Text(time.Name)}   # when the row's features were known; of {time.Times!.First:yyyy-MM-dd} to {time.Times.Last:yyyy-MM-dd}");
        }

        if (draft.Attributes.Count > 0)
        {
            Line($"  attributes: [{string.Join(", ", draft.Attributes.Select(Text))}]   # the model does not see them");
        }

        if (draft.ChecksOff.Count > 0)
        {
            Line("  checks:   # off as these data do not pass them: find out why, then switch them on");
            foreach (var (check, why) in draft.ChecksOff)
            {
                Line($"    {check}: off   # {OneLine(why)}");
            }
        }

        Line();
    }

    private string Query()
    {
        var columns = draft.Columns.Where(column => column.Use == ColumnUse.Label).Concat(draft.Columns.Where(column => column.Use is ColumnUse.Time or ColumnUse.Group)).Concat(draft.Columns.Where(column => column.Use == ColumnUse.Feature)).SelectMany(column => column.Columns).ToList();
        var query = new StringBuilder("SELECT\n");
        foreach (var (i, column) in columns.Index())
        {
            var name = names.Of(column.Name);
            query.Append("  ").Append(column.Sql == name ? name : $"{column.Sql} AS {name}").Append(i < columns.Count - 1 ? "," : string.Empty);
            query.Append(column.Comment.Length > 0 ? $"   -- {OneLine(column.Comment)}" : string.Empty).Append('\n');
        }

        foreach (var column in draft.Columns.Where(column => column.Use == ColumnUse.LeftOut))
        {
            query.Append(CultureInfo.InvariantCulture, $"  -- left out: {OneLine(column.Source.Name)}: {OneLine(column.Why)}\n");
        }

        query.Append("FROM source");
        foreach (var (i, (sql, why)) in draft.Where.Index())
        {
            query.Append(CultureInfo.InvariantCulture, $"\n{(i == 0 ? "WHERE" : "  AND")} {sql}   -- {OneLine(why)}");
        }

        return query.ToString();
    }

    private void WriteSplits()
    {
        Line($"# {draft.WhySplits}.");
        Line("splits:");
        if (draft.Splits is TimeSplits time)
        {
            Line(Range("train:", time.Train));
            Line(Range("validation:", time.Validation));
            Line(Range("test:", time.Test));
            Line("  # production: { from: …, before: … }   # later rows that stand for live traffic in ./build.sh DriftCheck");
        }
        else if (draft.Splits is ShareSplits shares)
        {
            Line(FormattableString.Invariant($"  shares: {{ train: {shares.Train}, validation: {shares.Validation}, test: {shares.Test} }}"));
            Line(FormattableString.Invariant($"  seed: {shares.Seed}"));
            if (shares.Group is { } group)
            {
                Line($"  group: {Text(group)}   # else the model would be judged on those it knows");
            }
        }

        Line();
    }

    private static string Range(string name, TimeRange range) => FormattableString.Invariant($"  {name,-12}{{ from: {range.From:yyyy-MM-dd}, before: {range.Before:yyyy-MM-dd} }}");

    private void WriteOutputs()
    {
        if (Task == ModelTask.Regression)
        {
            Line("# outputs: { unit: … }   # what the number is, for people");
            Line();
        }

        if (Task != ModelTask.Binary)
        {
            return;
        }

        Line("outputs:");
        Line($"  positive: {Text(draft.Label.Positive)}");
        Line($"  negative: {Text(draft.Label.Negative)}");
        var rare = Math.Min(draft.Label.PositiveShare, 1 - draft.Label.PositiveShare);
        Line(rare < RareShare
            ? FormattableString.Invariant($"  threshold: f1   # {100 * draft.Label.PositiveShare:0.#} % are positive: the threshold with the best F1 on the validation rows is taken. What a false alarm and a miss cost may ask for another")
            : "  threshold: 0.5");
        Line();
    }

    private void WriteTraining()
    {
        Line("training:");
        Line("  seed: 1");
        Line($"  metric: {TrainingSettings.DefaultMetric(Task)}   # chooses among the trials, on the validation rows");
        Line("  search: { trials: 12, time: 10m }   # of all trainers together; what is not written of a trainer is searched");
        Line("  trainers:");
        foreach (var trainer in TrainerNames.Of(Task))
        {
            Line($"    - {{ name: {trainer} }}");
        }

        Line();
        var (rows, rarest) = (LeastOf(draft.TestRows, EvaluationSettings.Default.MinRows), LeastOf(draft.RarestTestRows, EvaluationSettings.Default.MinRowsPerClass));
        var isClasses = Task != ModelTask.Regression;
        if (rows < EvaluationSettings.Default.MinRows || (isClasses && rarest < EvaluationSettings.Default.MinRowsPerClass))
        {
            Line("evaluation:");
            Line(FormattableString.Invariant($"  minRows: {rows}   # there are {draft.TestRows} test rows; with few of them only great differences are seen"));
            if (isClasses)
            {
                Line(FormattableString.Invariant($"  minRowsPerClass: {rarest}   # of the rarest class there are {draft.RarestTestRows}"));
            }

            Line();
        }
    }

    // Some rows may go missing before it is too few.
    private static long LeastOf(long rows, long usual) => Math.Min(usual, Math.Max(1, rows * 4 / 5));

    private void WriteGates()
    {
        var (metric, champion) = Task switch
        {
            ModelTask.Multiclass => (MulticlassMetricNames.LogLoss, MulticlassMetricNames.LogLoss),
            ModelTask.Regression => (RegressionMetricNames.RootMeanSquaredError, RegressionMetricNames.RootMeanSquaredError),
            _ => (BinaryMetricNames.LogLoss, BinaryMetricNames.RocAuc),
        };

        // What can be told apart on so many rows.
        var margin = draft.TestRows switch { >= 5_000 => 0.01, >= 1_000 => 0.02, >= 200 => 0.05, _ => 0.1 };
        Line("gates:");
        Line($"  # Better than the same answer for every row. Ask for more when you know what is good enough, such as {{ metric: {champion}, {(Task == ModelTask.Binary ? "min" : "max")}: … }}.");
        if (Task == ModelTask.Binary)
        {
            Line($"  - {{ metric: {BinaryMetricNames.RocAuc}, min: 0.5 }}");
        }

        Line($"  - {{ metric: {metric}, minGain: 0, over: {BaselineNames.Prior} }}");
        Line("  # Not worse than what runs, by more than this; the fewer test rows there are, the wider it has to be.");
        Line(FormattableString.Invariant($"  - {{ metric: {champion}, {(Task == ModelTask.Binary ? "maxRegression" : "maxRelativeRegression")}: {margin} }}"));
        Line();
    }

    private void WriteDrift()
    {
        Line("drift:");
        if (draft.Time is { Times: { } times })
        {
            var perDay = (double)draft.Time.Present / times.Days;
            var window = perDay >= RowsOfWindow ? "1d" : perDay * 7 >= RowsOfWindow ? "7d" : perDay * 28 >= 2 * DriftPolicy.LeastRows ? "28d" : "84d";
            Line(FormattableString.Invariant($"  window: {window}   # the data have {perDay:0.#} rows a day; a window needs some hundred"));
            if (perDay * 28 < RowsOfWindow)
            {
                Line(FormattableString.Invariant($"  minRows: {DriftPolicy.LeastRows}   # fewer are never judged"));
            }
        }
        else
        {
            Line("  window: 1d   # so long that some hundred requests come in it");
        }

        Line();
    }

    private static string OneLine(string text) => Breaks().Replace(text, " ");

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./*-]*( [A-Za-z0-9_./*-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex(@"[\p{Cc}\p{Cs}\u2028\u2029\uFEFF\uFFFE\uFFFF]+", RegexOptions.CultureInvariant)]
    private static partial Regex Breaks();
}
