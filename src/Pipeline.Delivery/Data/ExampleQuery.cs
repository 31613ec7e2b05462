using System.Globalization;
using System.Text.Json;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>The definition's query, checked before it runs: one SELECT, whose columns can be a label, a time and features.</summary>
/// <param name="Settings">The query and the names of label, time and attributes.</param>
/// <param name="Features">In the query's order.</param>
/// <param name="Attributes">Columns that the model does not see, in the query's order.</param>
/// <param name="Label">The label in the form that training sees.</param>
internal sealed record ExampleQuery(DataSettings Settings, IReadOnlyList<ExampleColumn> Features, IReadOnlyList<ExampleColumn> Attributes, ExampleLabel Label)
{
    private const string Describe = "DESCRIBE ";

    private static readonly HashSet<string> WholeNumbers = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"];
    internal static readonly HashSet<string> Times = ["DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"];

    /// <exception cref="PipelineException">The query or its columns are at fault.</exception>
    public static ExampleQuery Check(DuckDatabase database, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var query = definition.Data.Query;
        CheckStatement(database, definition, cancellationToken);
        var columns = new List<(string Name, string Type)>();
        try
        {
            database.Read(Describe + query, reader => columns.Add((reader.GetString(0), reader.GetString(1))), cancellationToken);
        }
        catch (DatabaseException e)
        {
            throw Failure(definition, e.Message, e.Position - Describe.Length, e);
        }

        return FromColumns(definition, columns);
    }

    /// <summary>What to tell when the query fails.</summary>
    public static PipelineException Failure(ModelDefinition definition, string message, int? position = null, Exception? inner = null)
    {
        var query = definition.Data.Query;
        var place = string.Empty;
        if (position is >= 0 && position <= query.Length)
        {
            var before = query[..position.Value];
            place = string.Create(CultureInfo.InvariantCulture, $", line {before.Count(c => c == '\n') + 1}, column {before.Length - before.LastIndexOf('\n')}");
        }

        // The rest is DuckDB's own picture of the statement, in which ours is wrapped.
        return new PipelineException(ExitCode.Usage, $"data.query of model {definition.Name} fails{place}: {message.Split("\n\nLINE ", 2)[0]}", inner);
    }

    private static void CheckStatement(DuckDatabase database, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var text = string.Empty;
        database.Read($"SELECT json_serialize_sql({DuckDatabase.Literal(definition.Data.Query)})", reader => text = reader.GetString(0), cancellationToken);
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            var isSyntax = root.GetProperty("error_type").GetString() == "parser";
            int? position = root.TryGetProperty("position", out var value) && int.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) ? number : null;
            throw Failure(definition, isSyntax ? root.GetProperty("error_message").GetString()! : "it must be a SELECT from 'source'; other statements are not run", position);
        }

        var count = root.GetProperty("statements").GetArrayLength();
        if (count != 1)
        {
            throw Failure(definition, count == 0 ? "it holds no statement; write a SELECT from 'source'" : string.Create(CultureInfo.InvariantCulture, $"it holds {count} statements; keep one SELECT"));
        }
    }

    private static ExampleQuery FromColumns(ModelDefinition definition, List<(string Name, string Type)> columns)
    {
        var faults = new List<string>();
        var settings = definition.Data;
        foreach (var group in columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            faults.Add($"the column '{group.Key}' is there {(group.Count() == 2 ? "twice" : "several times")} (case does not tell columns apart); name one of them otherwise with AS");
        }

        var names = columns.Select(column => column.Name).ToList();
        var label = TypeOf("data.label", settings.Label);
        if (label is not null && ExampleLabel.FaultOf(definition.Task, settings.Label, label) is { } labelFault)
        {
            faults.Add($"data.label '{settings.Label}' has type {label}; {labelFault}");
        }

        var time = settings.Time is null ? null : TypeOf("data.time", settings.Time);
        if (time is not null && !Times.Contains(time))
        {
            faults.Add($"data.time '{settings.Time}' has type {time}; it must be a DATE or TIMESTAMP, for example CAST({settings.Time} AS TIMESTAMP) AS {settings.Time}");
        }

        foreach (var attribute in settings.Attributes.Where(attribute => !names.Contains(attribute)))
        {
            faults.Add($"data.attributes '{attribute}' is not among them{NearestName.Hint(attribute, names)}");
        }

        foreach (var (setting, column) in settings.Checks.Ranges.Keys.Select(column => ("ranges", column)).Concat(settings.Checks.Types.Keys.Select(column => ("types", column))))
        {
            if (!names.Contains(column) || column == settings.Time)
            {
                faults.Add($"data.checks.{setting} '{column}' is {(column == settings.Time ? "the time, which is a date or timestamp as it must be" : $"not among them{NearestName.Hint(column, names)}")}");
            }
        }

        if (definition.Splits is ShareSplits { Group: { } together } && (!names.Contains(together) || together == settings.Label || together == settings.Time))
        {
            faults.Add($"splits.group '{together}' is {(names.Contains(together) ? "the label or the time, which cannot keep rows together" : $"not among them{NearestName.Hint(together, names)}")}");
        }

        var values = columns.Where(column => column.Name != settings.Label && column.Name != settings.Time).ToList();
        var features = values.Where(column => !settings.Attributes.Contains(column.Name)).ToList();
        var attributes = values.Except(features).ToList();
        foreach (var (name, type) in values)
        {
            if (KindOf(type) is null)
            {
                faults.Add($"the column '{name}' has type {type}, which cannot be {(settings.Attributes.Contains(name) ? "an attribute" : "a feature")}; cast it to a number, text or boolean, or leave it out");
            }

            if (name == FeatureSchema.NumericInput || OnnxScorer.AnswerTensors.Contains(name))
            {
                faults.Add($"the column name '{name}' is taken by the model's own inputs and outputs; name it otherwise with AS");
            }
        }

        if (features.Count == 0)
        {
            faults.Add($"there is no feature: the query gives nothing but label{(attributes.Count > 0 ? ", time and attributes" : " and time")}");
        }

        return faults.Count == 0
            ? new ExampleQuery(settings, Examples(features), Examples(attributes), new ExampleLabel(definition.Task, settings.Label, label!))
            : throw new PipelineException(ExitCode.Usage, $"The columns that data.query of model {definition.Name} gives cannot be used:\n  {string.Join("\n  ", faults)}");

        static ExampleColumn[] Examples(List<(string Name, string Type)> columns) => [.. columns.Select(column => new ExampleColumn(column.Name, column.Type, KindOf(column.Type)!.Value))];

        string? TypeOf(string setting, string name)
        {
            if (!names.Contains(name))
            {
                faults.Add($"{setting} '{name}' is not among them{NearestName.Hint(name, names)}");
                return null;
            }

            return columns.First(column => column.Name == name).Type;
        }
    }

    internal static bool IsWholeNumber(string type) => WholeNumbers.Contains(type);

    internal static bool IsNumber(string type) => WholeNumbers.Contains(type) || type is "FLOAT" or "DOUBLE" || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    internal static bool IsText(string type) => type is "VARCHAR" || type.StartsWith("ENUM", StringComparison.Ordinal);

    internal static FeatureKind? KindOf(string type) =>
        IsNumber(type) ? FeatureKind.Numeric
        : type is "VARCHAR" or "BOOLEAN" || type.StartsWith("ENUM", StringComparison.Ordinal) ? FeatureKind.Categorical
        : null;
}
