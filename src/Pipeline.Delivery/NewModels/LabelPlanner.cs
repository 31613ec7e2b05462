using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.NewModels;

/// <summary>Tells the task from the label's values.</summary>
internal sealed class LabelPlanner(DuckDatabase database, NewModelOptions options)
{
    /// <summary>Whole numbers of more different values than this are numbers, not codes.</summary>
    public const int MostCodes = 20;

    private const int LeastRowsOfClass = 15;
    private const string Unusable = "cannot be predicted";

    private static readonly string[] Affirmative = ["true", "yes", "y", "t", "1", "1.0", "ja", "oui", "si", "positive", "pos"];

    /// <exception cref="PipelineException">The label cannot be predicted, or not by the task that was asked for.</exception>
    public LabelPlan Plan(SourceColumn label, CancellationToken cancellationToken)
    {
        if (label.Kind is ColumnKind.Time or ColumnKind.TimeOfDay or ColumnKind.Other)
        {
            throw Refusal(label, $"has type {label.DuckDbType}; name a column of numbers, texts or truth values");
        }

        var values = ReadValues(label, cancellationToken);
        if (label.Present == 0 || values.Count < 2)
        {
            throw Refusal(label, label.Present == 0 ? "has no value in any row" : $"is {values[0].Text} in every row that has one; there is nothing to learn");
        }

        var (task, why) = options.Task is { } asked ? (asked, "as --task says") : TaskOf(label, values);
        CheckTask(label, task, values);
        CheckRows(label, task, values);
        var plan = task switch
        {
            ModelTask.Binary => Binary(label, values, why),
            ModelTask.Multiclass => Multiclass(label, values, why),
            _ => new LabelPlan(label, task, label.Value, why),
        };
        if (values.GroupBy(value => value.Text.Trim().ToUpperInvariant(), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } alike)
        {
            plan = plan with { Warnings = [.. plan.Warnings, $"{string.Join(" and ", alike.Select(value => $"'{value.Text}'"))} differ by case or spaces only; if they are one, write lower(trim({label.Value})) in data.query"] };
        }

        return label.Missing == 0 ? plan : plan with
        {
            Where = $"{label.Value} IS NOT NULL",
            WhyWhere = FormattableString.Invariant($"{label.Missing:N0} rows have no label"),
        };
    }

    /// <summary>The same label with its rare classes as one, or left out if they are still too few.</summary>
    /// <param name="plan">Of several classes.</param>
    /// <param name="rare">Names of the classes.</param>
    /// <param name="isEnough">Whether they are enough together.</param>
    /// <param name="known">Names of all classes.</param>
    public static LabelPlan Group(LabelPlan plan, IReadOnlyList<string> rare, bool isEnough, IReadOnlyCollection<string> known)
    {
        var names = string.Join(", ", rare.Select(DuckDatabase.Literal));
        var label = $"CAST({plan.Sql} AS VARCHAR)";
        if (!isEnough)
        {
            return plan with
            {
                Where = $"{label} NOT IN ({names})",
                WhyWhere = $"{(plan.Where is null ? string.Empty : plan.WhyWhere + "; ")}classes with too few rows are left out",
                Warnings = [.. plan.Warnings, $"rows of {Listed(rare)} are left out: each split needs rows of each class"],
            };
        }

        var other = "other";
        while (known.Contains(other))
        {
            other += "s";
        }

        return plan with
        {
            Sql = $"CASE WHEN {label} IN ({names}) THEN '{other}' ELSE {label} END",
            Warnings = [.. plan.Warnings, $"{Listed(rare)} have few rows and are one class, '{other}'"],
        };
    }

    private static string Listed(IReadOnlyList<string> names) => string.Join(", ", names.Take(5).Select(name => $"'{name}'")) + (names.Count > 5 ? FormattableString.Invariant($" and {names.Count - 5} more") : string.Empty);

    private static (string Task, string Why) TaskOf(SourceColumn label, List<LabelValue> values) => label.Kind switch
    {
        _ when values.Count == 2 => (ModelTask.Binary, "it has two values"),
        ColumnKind.Number when label.IsWhole && values.Count <= MostCodes => (ModelTask.Multiclass, FormattableString.Invariant($"it has {values.Count} different whole numbers, which look like codes")),
        ColumnKind.Number => (ModelTask.Regression, "it is a number of many values"),
        _ => (ModelTask.Multiclass, FormattableString.Invariant($"it is a text of {values.Count} values")),
    };

    private static void CheckTask(SourceColumn label, string task, List<LabelValue> values)
    {
        var fault = task switch
        {
            ModelTask.Binary when values.Count > 2 => $"has {Count(values)} different values, and a binary model has two classes; leave --task out, or write --task {(label.Kind == ColumnKind.Number ? ModelTask.Regression : ModelTask.Multiclass)}",
            ModelTask.Regression when label.Kind != ColumnKind.Number => $"is no number; leave --task out, or write --task {ModelTask.Multiclass}",
            ModelTask.Multiclass when values.Count > ExampleCheck.MaxClasses => $"has more than {ExampleCheck.MaxClasses} different values, which is no class; {(label.Kind == ColumnKind.Number ? $"write --task {ModelTask.Regression}" : "group them first")}",
            ModelTask.Multiclass when label is { Kind: ColumnKind.Number, IsWhole: false } => $"has numbers that are not whole, which are no classes; write --task {ModelTask.Regression}",
            ModelTask.Binary or ModelTask.Multiclass when values.Find(value => !SqlNames.CanBeWritten(value.Text)) is { } odd => $"has a value with a character that no file of settings can hold ('{odd.Text.ReplaceLineEndings(" ")}')",
            _ => null,
        };
        if (fault is not null)
        {
            throw Refusal(label, fault);
        }
    }

    private static void CheckRows(SourceColumn label, string task, List<LabelValue> values)
    {
        var many = values.Count(value => value.Rows >= LeastRowsOfClass);
        if (task != ModelTask.Regression && many < 2)
        {
            throw new PipelineException(
                ExitCode.NotEnoughData,
                task == ModelTask.Binary
                    ? FormattableString.Invariant($"New: the label '{label.Name}' is '{values[1].Text}' in {values[1].Rows} rows; to train, choose and judge by it takes at least {LeastRowsOfClass}.")
                    : FormattableString.Invariant($"New: the label '{label.Name}' has {values.Count} different values, of which {many} {(many == 1 ? "is" : "are")} in at least {LeastRowsOfClass} rows; classes need as many to train, choose and judge by. Name a column of fewer values, or group them first."));
        }
    }

    private static string Count(List<LabelValue> values) => values.Count > ExampleCheck.MaxClasses ? $"more than {ExampleCheck.MaxClasses}" : values.Count.ToString(CultureInfo.InvariantCulture);

    private static LabelPlan Binary(SourceColumn label, List<LabelValue> values, string why)
    {
        var sure = values.Where(value => Affirmative.Contains(value.Text.Trim().ToLowerInvariant())).ToList();
        var positive = sure is [var one] ? one : values.OrderBy(value => value.Rows).ThenBy(value => value.Text, StringComparer.Ordinal).First();
        var negative = values.Single(value => value != positive);
        var isYes = sure is [_];
        var name = SqlNames.CanBeWritten(label.Name) ? label.Name : "yes";
        return new LabelPlan(label, ModelTask.Binary, label.Kind == ColumnKind.Boolean ? label.Value : $"{label.Value} = {positive.Sql}", why)
        {
            // What a yes means is the column's name.
            Positive = isYes ? name : positive.Text.Trim().Length > 0 ? positive.Text : $"{name} is '{positive.Text}'",
            Negative = isYes ? $"not {name}" : negative.Text.Trim().Length > 0 ? negative.Text : $"{name} is '{negative.Text}'",
            PositiveShare = (double)positive.Rows / (positive.Rows + negative.Rows),
            Warnings = isYes ? [] : [$"'{positive.Text}' is taken for the positive class as it is the rarer; change the label's comparison and outputs if it is the other"],
        };
    }

    private static LabelPlan Multiclass(SourceColumn label, List<LabelValue> values, string why)
    {
        var isNumber = label.Kind == ColumnKind.Number;
        return new LabelPlan(label, ModelTask.Multiclass, isNumber && !ExampleQuery.IsWholeNumber(label.DuckDbType) ? $"CAST({label.Value} AS BIGINT)" : label.Value, why)
        {
            Warnings = isNumber ? [FormattableString.Invariant($"'{label.Name}' is whole numbers of {values.Count} values: if more of it is more, as with counts or grades, predict the number with --task {ModelTask.Regression}")]
                : values.Count > MostCodes * 5 ? [FormattableString.Invariant($"'{label.Name}' has {values.Count} classes; few rows of each make a poor model")]
                : [],
        };
    }

    // One more than there may be tells that there are too many.
    private List<LabelValue> ReadValues(SourceColumn label, CancellationToken cancellationToken)
    {
        var values = new List<LabelValue>();
        database.Read(
            FormattableString.Invariant($"SELECT CAST(v AS VARCHAR), count(*) FROM (SELECT {label.Value} AS v FROM source) WHERE v IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT {ExampleCheck.MaxClasses + 1}"),
            reader => values.Add(new LabelValue(reader.GetString(0), label.Kind == ColumnKind.Number ? reader.GetString(0) : DuckDatabase.Literal(reader.GetString(0)), reader.GetInt64(1))),
            cancellationToken);
        return values;
    }

    private static PipelineException Refusal(SourceColumn label, string fault) => new(ExitCode.Usage, $"New: the label '{label.Name}' {Unusable}: it {fault}.");

    private sealed record LabelValue(string Text, string Sql, long Rows);
}
