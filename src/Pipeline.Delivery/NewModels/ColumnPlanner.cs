using System.Text.RegularExpressions;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.NewModels;

/// <summary>Says what each column of the data is for. Names of the query's columns differ in more than case.</summary>
internal sealed partial class ColumnPlanner
{
    // Of more, each is something else: a name, a sentence, a key.
    private const double NearlyUnique = 0.9;
    private const double MostMissing = DataCheckSettings.DefaultMissing;
    private const int LongText = 60;

    // A shop with so many rows is known by its number; a customer with a few is not.
    private const int MostKnownEntities = 50;
    private const int RowsOfKnownEntity = 20;
    private const double RowsOfEntity = 1.5;

    // A month says nothing of the year where the training rows do not have each.
    private static readonly TimeSpan SpanForMonths = TimeSpan.FromDays(365 / 0.6);
    private static readonly TimeSpan SpanForWeekdays = TimeSpan.FromDays(14);

    private readonly SqlNames _names;
    private readonly LabelPlan _label;
    private readonly SourceColumn? _time;
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase) { FeatureSchema.NumericInput, "label" };

    public ColumnPlanner(SqlNames names, LabelPlan label, SourceColumn? time)
    {
        (_names, _label, _time) = (names, label, time);
        _taken.UnionWith(OnnxScorer.AnswerTensors);
        _taken.Add(label.Source.Name);
        if (time is not null)
        {
            _taken.Add(time.Name);
        }
    }

    /// <summary>The column of the rows' time: the one that is named, or else the likeliest that every row has.</summary>
    /// <exception cref="PipelineException">The one that is named is none.</exception>
    public static SourceColumn? ChooseTime(IReadOnlyList<SourceColumn> columns, string? named, string label)
    {
        if (named is not null)
        {
            var known = columns.Select(column => column.Name).ToList();
            var column = columns.FirstOrDefault(column => column.Name == named) ?? throw new PipelineException(ExitCode.Usage, $"New: --time '{named}' is not a column of the data{NearestName.Hint(named, known)}");
            return column is { Kind: ColumnKind.Time, Present: > 0 } && column.Name != label
                ? column
                : throw new PipelineException(ExitCode.Usage, $"New: --time '{named}' {(column.Name == label ? "is the label" : $"has type {column.DuckDbType}, and its values are no dates or times")}.");
        }

        return columns
            .Where(column => column is { Kind: ColumnKind.Time, Missing: 0, Times.Days: >= SplitPlanner.LeastDays } && column.Name != label && !TimeNames.IsOther(column.Name))
            .OrderByDescending(column => TimeNames.IsLikely(column.Name))
            .ThenByDescending(column => column.Times!.Days)
            .FirstOrDefault();
    }

    public IReadOnlyList<ColumnPlan> Plan(IReadOnlyList<SourceColumn> columns) => [.. columns.Select(Plan)];

    private ColumnPlan Plan(SourceColumn column)
    {
        if (column.Name == _label.Source.Name)
        {
            return new ColumnPlan(column, ColumnUse.Label, [new QueryColumn(_label.Sql, column.Name, Sentence("the label", column.Notes))], $"{_label.Task}: {_label.Why}");
        }

        if (!SqlNames.CanBeWritten(column.Name))
        {
            return LeftOut(column, "its name has a character that no file of settings can hold");
        }

        if (column.Name == _time?.Name)
        {
            return new ColumnPlan(column, ColumnUse.Time, [new QueryColumn(column.Value, column.Name, Sentence("splits the rows; not a feature", column.Notes)), .. Parts(column)], "splits the rows");
        }

        if (column.Kind == ColumnKind.Other)
        {
            return LeftOut(column, $"a value of type {column.DuckDbType} cannot be a feature; take parts of it in SQL");
        }

        if (column.Present == 0)
        {
            return LeftOut(column, "it has no value in any row");
        }

        if (column.Present < (1 - MostMissing) * column.Rows)
        {
            return LeftOut(column, FormattableString.Invariant($"it is missing in {100.0 * column.Missing / column.Rows:0.#} % of the rows"));
        }

        return column.Distinct == 1 ? LeftOut(column, "it has one value in all rows that have any") : column.Kind switch
        {
            ColumnKind.Time => Days(column),
            ColumnKind.TimeOfDay => Feature(column, $"hour({column.Value}) * 60 + minute({column.Value})", column.Name + "_minutes", "minutes since midnight"),
            ColumnKind.Number => Number(column),
            ColumnKind.Text => Text(column),
            _ => Feature(column, column.Value, column.Name, string.Empty),
        };
    }

    private ColumnPlan Number(SourceColumn column)
    {
        // A key counts up without gaps, or says that it is one.
        var isUnique = column.IsWhole && column.Distinct >= NearlyUnique * column.Present && column.Distinct > RowsOfKnownEntity;
        if (isUnique && (KeyName().IsMatch(column.Name) || column.Max - column.Min + 1 == column.Distinct))
        {
            return LeftOut(column, FormattableString.Invariant($"it is a key: {column.Distinct:N0} whole numbers in {column.Present:N0} rows"));
        }

        if (column.IsWhole && KeyName().IsMatch(column.Name))
        {
            return Entity(column, $"CAST({column.Value} AS VARCHAR)");
        }

        return Feature(column, column.Value, column.Name, string.Empty);
    }

    private ColumnPlan Text(SourceColumn column)
    {
        if (column.Distinct > NearlyUnique * column.Present && column.Distinct > RowsOfKnownEntity)
        {
            return LeftOut(column, FormattableString.Invariant($"a text that is another one in nearly every row ({column.Distinct:N0} in {column.Present:N0}): a key, a name or sentences"));
        }

        if (column.MeanLength > LongText && column.Distinct > column.Present / 2)
        {
            return LeftOut(column, FormattableString.Invariant($"sentences ({column.MeanLength:0} letters on average); models of this pipeline take texts as categories only"));
        }

        if (KeyName().IsMatch(column.Name))
        {
            return Entity(column, column.Value);
        }

        var isMany = column.Distinct > DataSettings.DefaultMaxCategories;
        return Feature(column, column.Value, column.Name, isMany ? FormattableString.Invariant($"{column.Distinct:N0} values; the {DataSettings.DefaultMaxCategories} most frequent are kept, the others are one") : string.Empty);
    }

    private ColumnPlan Entity(SourceColumn column, string sql)
    {
        var rowsEach = (double)column.Present / column.Distinct;
        if (column.Distinct <= MostKnownEntities && rowsEach >= RowsOfKnownEntity)
        {
            return Feature(column, sql, column.Name, FormattableString.Invariant($"a key of {column.Distinct} values, taken as categories"));
        }

        if (_time is null && rowsEach >= RowsOfEntity)
        {
            var name = NameFor(column.Name);
            return new ColumnPlan(column, ColumnUse.Group, [new QueryColumn(sql, name, "keeps its rows in one split; not a feature")], FormattableString.Invariant($"a key with {rowsEach:0.#} rows a value: they stay in one split"));
        }

        return LeftOut(column, FormattableString.Invariant($"it is a key: {column.Distinct:N0} values in {column.Present:N0} rows"));
    }

    private ColumnPlan Days(SourceColumn column)
    {
        var columns = new List<QueryColumn>();
        if (_time is not null)
        {
            columns.Add(new QueryColumn($"date_diff('day', CAST({column.Value} AS TIMESTAMP), CAST({_time.Value} AS TIMESTAMP))", NameFor(column.Name + "_days_before"), $"days from it to {_time.Name}"));
        }
        else
        {
            columns.AddRange(Part(column, column.Times!.Years > 1, "year"));
        }

        columns.AddRange(Parts(column));
        return columns.Count == 0 ? LeftOut(column, "a time of which no part varies") : new ColumnPlan(column, ColumnUse.Feature, columns, Sentence("parts of a time", column.Notes));
    }

    private List<QueryColumn> Parts(SourceColumn column)
    {
        var times = column.Times!;
        return
        [
            .. Part(column, times.Months > 1 && times.Span >= SpanForMonths, "month"),
            .. Part(column, times.Weekdays > 1 && times.Span >= SpanForWeekdays, "isodow", "1 is Monday"),
            .. Part(column, times.Hours > 1, "hour"),
        ];
    }

    private IEnumerable<QueryColumn> Part(SourceColumn column, bool varies, string part, string comment = "")
    {
        if (varies)
        {
            yield return new QueryColumn($"{part}({column.Value})", NameFor($"{column.Name}_{(part == "isodow" ? "weekday" : part)}"), comment);
        }
    }

    private ColumnPlan Feature(SourceColumn column, string sql, string name, string note)
    {
        var given = NameFor(name);
        var comment = Sentence(note, given == name ? column.Notes : [.. column.Notes, $"'{name}' is taken"]);
        return new ColumnPlan(column, ColumnUse.Feature, [new QueryColumn(sql, given, comment)], comment);
    }

    private static ColumnPlan LeftOut(SourceColumn column, string why) => new(column, ColumnUse.LeftOut, [], why);

    private static string Sentence(string first, IReadOnlyList<string> notes) => string.Join("; ", notes.Prepend(first).Where(part => part.Length > 0));

    private string NameFor(string name)
    {
        var given = name;
        for (var i = 2; !_taken.Add(given); i++)
        {
            given = FormattableString.Invariant($"{name}_{i}");
        }

        return given;
    }

    [GeneratedRegex("(^|[_ -])([iI][dD]|uuid|guid|key|nr|number|no|pk|index|idx)$|^(id|uuid|guid|index|rownames|unnamed)|[a-z](Id|ID|Key)$", RegexOptions.CultureInvariant)]
    private static partial Regex KeyName();
}
