using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Finds features, time, label and answer among the columns of the table <c>source</c>, all of whose files have every feature as a column.</summary>
internal sealed class FeatureColumns(DuckDatabase database, ComparedModel model, FileRows rows, IReadOnlyList<DataFile> files)
{
    private readonly ModelOutputs _outputs = model.Package.Manifest.Outputs;
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public static string IsOfModel(LogColumns log, PackagedModel package) => $"{DuckDatabase.Identifier(log.Digest)} = {DuckDatabase.Literal(package.Digest.ToString())}";

    /// <exception cref="PipelineException">A column cannot be used; every such column is told.</exception>
    public RowColumns Find(List<string> notes, CancellationToken cancellationToken)
    {
        database.Read("DESCRIBE source", row => _types.Add(row.GetString(0), row.GetString(1)), cancellationToken);
        foreach (var feature in model.Schema.Features)
        {
            Check(feature, notes, cancellationToken);
        }

        var log = LogColumns.Find(_types.Keys, model.Schema, _outputs);
        var columns = new RowColumns("source", RowSql.Numbers(model.Schema, name => _types[name]), RowSql.Texts(model.Schema, name => _types[name]))
        {
            Time = Time(log, notes, cancellationToken),
            IsOfModel = log is null ? null : IsOfModel(log, model.Package),
        };
        columns = WithLabel(WithAnswer(columns, log, cancellationToken), log, notes, cancellationToken);
        return _faults.Count == 0
            ? columns
            : throw new PipelineException(ExitCode.Usage, $"The columns of the rows cannot be used:\n  {string.Join("\n  ", _faults)}");
    }

    private void Check(Feature feature, List<string> notes, CancellationToken cancellationToken)
    {
        var type = _types[feature.Name];
        var kind = ExampleQuery.KindOf(type);
        if (feature.Kind == FeatureKind.Numeric)
        {
            if (!IsNumeric(feature.Name, cancellationToken))
            {
                var example = FirstText(feature.Name, cancellationToken);
                _faults.Add($"{example.File}: the column '{feature.Name}' is {type}{example.Text}; the model takes numbers there");
            }
        }
        else if (kind == FeatureKind.Numeric || ExampleQuery.Times.Contains(type) || type is "UUID" or "TIME")
        {
            notes.Add($"The column '{feature.Name}' is {type} and is counted as text, as it is written.");
        }
        else if (kind is null && type != "JSON")
        {
            _faults.Add($"{files[0].Name}: the column '{feature.Name}' is {type}; the model takes texts there");
        }
    }

    // Also one of texts that are all numbers, as 007 and -0 are in CSV, and one without any value, which is text to DuckDB, whatever it might have been.
    private bool IsNumeric(string column, CancellationToken cancellationToken)
    {
        var type = _types[column];
        return ExampleQuery.KindOf(type) == FeatureKind.Numeric
            || (type is "VARCHAR" or "JSON" && !IsAny($"{RowSql.Text(column, type)} IS NOT NULL AND {RowSql.Number(column, type)} IS NULL", cancellationToken));
    }

    private bool IsAny(string condition, CancellationToken cancellationToken)
    {
        var isAny = false;
        database.Read($"SELECT 1 FROM source WHERE {condition} LIMIT 1", _ => isAny = true, cancellationToken);
        return isAny;
    }

    // Which file, and what in it, makes a column one of texts.
    private (string File, string Text) FirstText(string column, CancellationToken cancellationToken)
    {
        var text = $"CAST({DuckDatabase.Identifier(column)} AS VARCHAR)";
        foreach (var file in files)
        {
            string? found = null;
            database.Read(
                $"SELECT {text} FROM {SourceTable.RowsOf(file)} WHERE {text} IS NOT NULL AND TRY_CAST({text} AS DOUBLE) IS NULL LIMIT 1",
                row => found = row.GetString(0),
                cancellationToken);
            if (found is not null)
            {
                return (file.Name, $", such as '{(found.Length > 40 ? found[..40] + '…' : found)}'");
            }
        }

        return (files[0].Name, string.Empty);
    }

    private string? Time(LogColumns? log, List<string> notes, CancellationToken cancellationToken)
    {
        var name = rows.Time ?? log?.Time ?? model.Definition.Data.Time;
        if (name is null)
        {
            notes.Add("The rows have no time (model.yaml names no column for it), so that all of them are one window.");
            return null;
        }

        if (!Has(name, rows.Time, "time"))
        {
            notes.Add($"The rows have no time ('{name}' is no column), so that all of them are one window.");
            return null;
        }

        var type = _types[name];
        var time = RowSql.Time(name, type);
        if (time is not null && (type != "VARCHAR" || IsAny($"{time} IS NOT NULL", cancellationToken) || !IsAny($"{DuckDatabase.Identifier(name)} IS NOT NULL", cancellationToken)))
        {
            return time;
        }

        _faults.Add($"{files[0].Name}: the column '{name}' is {type}{FirstOf(name, cancellationToken)}; a time is a DATE, a TIMESTAMP or a text such as 2001-02-03T04:05:06Z");
        return null;
    }

    private string FirstOf(string column, CancellationToken cancellationToken)
    {
        var example = string.Empty;
        database.Read(
            $"SELECT CAST({DuckDatabase.Identifier(column)} AS VARCHAR) FROM source WHERE {DuckDatabase.Identifier(column)} IS NOT NULL LIMIT 1",
            row => example = $", such as '{row.GetString(0)}'",
            cancellationToken);
        return example;
    }

    private RowColumns WithAnswer(RowColumns columns, LogColumns? log, CancellationToken cancellationToken)
    {
        var name = rows.Answer ?? log?.Answer;
        if (name is null || !Has(name, rows.Answer, _outputs.Tensor))
        {
            return columns;
        }

        var type = _types[name];
        if (_outputs is MulticlassOutputs)
        {
            if (IsNumberList(type))
            {
                return WithProbabilities(columns, DuckDatabase.Identifier(name));
            }

            _faults.Add($"{files[0].Name}: the column '{name}' is {type}; probabilities are a list of numbers");
            return columns;
        }

        if (IsNumeric(name, cancellationToken))
        {
            return columns with { Score = $"TRY_CAST({RowSql.Number(name, type)} AS FLOAT)" };
        }

        _faults.Add($"{files[0].Name}: the column '{name}' is {type}; a {_outputs.Tensor} is a number");
        return columns;
    }

    private static bool IsNumberList(string type) => type.EndsWith(']') && ExampleQuery.KindOf(type[..type.LastIndexOf('[')]) == FeatureKind.Numeric;

    // A list of another length is no answer of the model's. Of classes that tie the first is meant, as by the service.
    private RowColumns WithProbabilities(RowColumns columns, string list) => columns with
    {
        Score = FormattableString.Invariant($"CASE WHEN len({list}) = {_outputs.Width} THEN CAST(list_max({list}) AS FLOAT) END"),
        Answer = $"CAST(list_position({list}, list_max({list})) - 1 AS INTEGER)",
    };

    private RowColumns WithLabel(RowColumns columns, LogColumns? log, List<string> notes, CancellationToken cancellationToken)
    {
        // What the log calls a label is the model's own answer.
        var name = rows.Label ?? model.Definition.Data.Label;
        if ((rows.Label is null && name == log?.Label) || !Has(name, rows.Label, "label"))
        {
            return columns;
        }

        var type = _types[name];
        if (LabelOf(columns, name, type, cancellationToken) is { } found)
        {
            return found;
        }

        if (rows.Label is null)
        {
            notes.Add($"The column '{name}' is {type} and is not taken for the label.");
        }
        else
        {
            _faults.Add($"{files[0].Name}: the column '{name}' is {type}; a label is {LabelForms}");
        }

        return columns;
    }

    private string LabelForms => _outputs switch
    {
        BinaryOutputs => "BOOLEAN, 0 and 1, or the name of a label",
        MulticlassOutputs => "the name of a class",
        _ => "a number",
    };

    private RowColumns? LabelOf(RowColumns columns, string name, string type, CancellationToken cancellationToken)
    {
        var kind = ExampleQuery.KindOf(type);
        switch (_outputs)
        {
            case BinaryOutputs when type == "BOOLEAN" || (kind == FeatureKind.Numeric && !IsAny($"{DuckDatabase.Identifier(name)} NOT IN (0, 1)", cancellationToken)):
                return columns with { Label = ExampleRows.Label(name, type == "BOOLEAN") };
            case BinaryOutputs when kind == FeatureKind.Categorical:
                return columns with { Label = $"CAST({DuckDatabase.Identifier(name)} AS VARCHAR)", IsLabelText = true };

            // Names of classes may be whole numbers.
            case MulticlassOutputs when kind is not null || type == "JSON":
                return columns with { Label = RowSql.Text(name, type) };
            case RegressionOutputs when IsNumeric(name, cancellationToken):
                return columns with { Label = $"TRY_CAST({RowSql.Number(name, type)} AS FLOAT)" };
            default:
                return null;
        }
    }

    private bool Has(string name, string? named, string role)
    {
        if (_types.ContainsKey(name))
        {
            return true;
        }

        if (named is not null)
        {
            _faults.Add($"{files[0].Name}: there is no column '{name}', which was named for the {role}{NearestName.Hint(name, _types.Keys)}");
        }

        return false;
    }
}
