using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;

namespace Pipeline.Delivery.NewModels;

/// <summary>Looks at every column of the table <c>source</c>: what its values are, and how they have to be read.</summary>
internal sealed partial class SourceSurvey(DuckDatabase database, SqlNames names)
{
    // What people write where there is no value. Words such as none or unknown may as well be one.
    private const string StandIns = "'', 'na', 'n/a', '#n/a', 'nan', 'null', '?', '-', '--', '.'";

    // A few odd texts among numbers do not make a column of texts.
    private const double MostlyNumbers = 0.95;
    private const int LeastNumbers = 20;
    private const string LargestFloat = "3.4e38";

    private static readonly string[] DayForms = ["%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y.%m.%d", "%d.%m.%y", "%m/%d/%y", "%Y%m%d"];

    private static readonly string[] TimeForms = [.. DayForms, .. DayForms.SelectMany(day => (string[])[$"{day} %H:%M", $"{day} %H:%M:%S"])];

    public IReadOnlyList<SourceColumn> Read(CancellationToken cancellationToken)
    {
        var columns = new List<(string Name, string Type)>();
        database.Read("DESCRIBE source", reader => columns.Add((reader.GetString(0), reader.GetString(1))), cancellationToken);
        return [.. columns.Select(column => Read(column.Name, column.Type, cancellationToken))];
    }

    private SourceColumn Read(string name, string type, CancellationToken cancellationToken)
    {
        var stored = names.Of(name);
        if (ExampleQuery.IsText(type))
        {
            return ReadText(name, type, cancellationToken);
        }

        if (ExampleQuery.IsNumber(type))
        {
            return ReadNumber(new SourceColumn(name, type, ColumnKind.Number, stored), cancellationToken);
        }

        if (ExampleQuery.Times.Contains(type))
        {
            return ReadTime(new SourceColumn(name, type, ColumnKind.Time, type == "TIMESTAMP WITH TIME ZONE" ? $"CAST({stored} AS TIMESTAMP)" : stored), cancellationToken);
        }

        var kind = type switch { "BOOLEAN" => ColumnKind.Boolean, "TIME" => ColumnKind.TimeOfDay, _ => ColumnKind.Other };
        return kind == ColumnKind.Other ? new SourceColumn(name, type, kind, stored) : Count(new SourceColumn(name, type, kind, stored), cancellationToken);
    }

    private SourceColumn Count(SourceColumn column, CancellationToken cancellationToken)
    {
        database.Read(
            $"SELECT count(*), count(v), count(DISTINCT v) FROM (SELECT {column.Value} AS v FROM source)",
            reader => column = column with { Rows = reader.GetInt64(0), Present = reader.GetInt64(1), Distinct = reader.GetInt64(2) },
            cancellationToken);
        return column;
    }

    private SourceColumn ReadText(string name, string type, CancellationToken cancellationToken)
    {
        var stored = names.Of(name);
        var (rows, present, numbers, commas, withComma, zeros, times, mean, example) = (0L, 0L, 0L, 0L, 0L, 0L, 0L, 0.0, (string?)null);
        database.Read(
            $"""
            SELECT count(*), count(x), count(TRY_CAST(x AS DOUBLE)), count(*) FILTER (regexp_full_match(x, '{DecimalCommas.Form}')), count(*) FILTER (contains(x, ',')),
                   count(*) FILTER (regexp_full_match(x, '0\d+')), count(TRY_CAST(x AS TIMESTAMP)), coalesce(avg(length(x)), 0), min(x)
            FROM (SELECT CASE WHEN lower(trim(CAST({stored} AS VARCHAR))) NOT IN ({StandIns}) THEN trim(CAST({stored} AS VARCHAR)) END AS x FROM source)
            """,
            reader => (rows, present, numbers, commas, withComma, zeros, times, mean, example) = (
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetDouble(7), reader.IsDBNull(8) ? null : reader.GetString(8)),
            cancellationToken);
        if (present > 0 && zeros == 0 && IsMostly(numbers, present))
        {
            return ReadNumber(new SourceColumn(name, type, ColumnKind.Number, $"TRY_CAST({stored} AS DOUBLE)") { Notes = [$"numbers stored as text{Others(present - numbers, name, "DOUBLE", cancellationToken)}"] }, cancellationToken);
        }

        if (present > 0 && withComma > 0 && IsMostly(commas, present))
        {
            return ReadNumber(new SourceColumn(name, type, ColumnKind.Number, DecimalCommas.Conversion(stored)) { Notes = ["numbers with a decimal comma"] }, cancellationToken);
        }

        if (present > 0 && times == present)
        {
            return ReadTime(new SourceColumn(name, type, ColumnKind.Time, $"TRY_CAST({stored} AS TIMESTAMP)") { Notes = ["times stored as text"] }, cancellationToken);
        }

        if (present > 0 && DayForm().IsMatch(example!) && FormOf(stored, present, cancellationToken) is { } form)
        {
            return ReadTime(new SourceColumn(name, type, ColumnKind.Time, $"try_strptime({stored}, '{form}')") { Notes = [$"times stored as text, read as {form}"] }, cancellationToken);
        }

        var standIns = Values($"SELECT DISTINCT {stored} FROM source WHERE lower(trim(CAST({stored} AS VARCHAR))) IN ({StandIns}) ORDER BY 1", cancellationToken);
        var column = new SourceColumn(name, type, ColumnKind.Text, standIns.Aggregate(stored, (value, text) => $"NULLIF({value}, {DuckDatabase.Literal(text)})"))
        {
            MeanLength = mean,
            Notes = standIns.Count == 0 ? [] : [$"{string.Join(", ", standIns.Select(text => $"'{text}'"))} read as missing"],
        };
        return standIns.TrueForAll(SqlNames.CanBeWritten) ? Count(column, cancellationToken) : Count(column with { Value = stored, Notes = [] }, cancellationToken);
    }

    private static bool IsMostly(long numbers, long present) => numbers == present || (numbers >= LeastNumbers && numbers >= MostlyNumbers * present);

    private string Others(long count, string name, string type, CancellationToken cancellationToken)
    {
        var stored = names.Of(name);
        var texts = count == 0 ? [] : Values($"SELECT DISTINCT trim({stored}) FROM source WHERE TRY_CAST({stored} AS {type}) IS NULL AND lower(trim({stored})) NOT IN ({StandIns}) ORDER BY 1 LIMIT 3", cancellationToken);
        return count == 0 ? string.Empty : FormattableString.Invariant($"; {count} rows have none, such as {string.Join(", ", texts.Select(text => $"'{text}'"))}");
    }

    private string? FormOf(string stored, long present, CancellationToken cancellationToken)
    {
        foreach (var form in TimeForms)
        {
            var read = 0L;
            var rows = $"(SELECT trim({stored}) AS x FROM source WHERE lower(trim({stored})) NOT IN ({StandIns}))";
            database.Read($"SELECT count(*) FROM (FROM {rows} LIMIT 1000) WHERE try_strptime(x, '{form}') IS NULL", reader => read = reader.GetInt64(0), cancellationToken);
            if (read == 0)
            {
                database.Read($"SELECT count(*) FROM {rows} WHERE try_strptime(x, '{form}') IS NOT NULL", reader => read = reader.GetInt64(0), cancellationToken);
                if (read == present)
                {
                    return form;
                }
            }
        }

        return null;
    }

    private SourceColumn ReadNumber(SourceColumn column, CancellationToken cancellationToken)
    {
        var unusable = 0L;
        var found = column;
        database.Read(
            $"""
            SELECT count(*), count(v) FILTER (abs(v) <= {LargestFloat}), count(DISTINCT v) FILTER (abs(v) <= {LargestFloat}), count(*) FILTER (abs(v) > {LargestFloat}),
                   coalesce(bool_and(v = floor(v)) FILTER (abs(v) <= {LargestFloat}), true), coalesce(min(v) FILTER (abs(v) <= {LargestFloat}), 0), coalesce(max(v) FILTER (abs(v) <= {LargestFloat}), 0)
            FROM (SELECT CAST({column.Value} AS DOUBLE) AS v FROM source)
            """,
            reader =>
            {
                unusable = reader.GetInt64(3);
                found = column with
                {
                    Rows = reader.GetInt64(0), Present = reader.GetInt64(1), Distinct = reader.GetInt64(2), IsWhole = reader.GetBoolean(4), Min = reader.GetDouble(5), Max = reader.GetDouble(6),
                };
            },
            cancellationToken);
        if (unusable > 0)
        {
            found = found with
            {
                Value = $"CASE WHEN abs({column.Value}) <= {LargestFloat} THEN {column.Value} END",
                Notes = [.. column.Notes, FormattableString.Invariant($"NaN or infinite in {unusable} rows, read as missing")],
            };
        }

        return TimeInDisguise(found, cancellationToken) ?? found;
    }

    /// <summary>20010131, or seconds or milliseconds since 1970, in a column whose name says that it is a time.</summary>
    private SourceColumn? TimeInDisguise(SourceColumn column, CancellationToken cancellationToken)
    {
        if (!column.IsWhole || column.Present == 0 || !TimeNames.IsLikely(column.Name))
        {
            return null;
        }

        var whole = $"CAST({column.Value} AS BIGINT)";
        var (value, note) = (column.Min, column.Max) switch
        {
            ( >= 19_000_101, <= 21_001_231) => ($"try_strptime(CAST({whole} AS VARCHAR), '%Y%m%d')", "days written as 20010131"),
            ( >= 9e8, <= 2.2e9) => ($"make_timestamp({whole} * 1000000)", "seconds since 1970"),
            ( >= 9e11, <= 2.2e12) => ($"make_timestamp({whole} * 1000)", "milliseconds since 1970"),
            _ => (null, string.Empty),
        };
        if (value is null)
        {
            return null;
        }

        var time = ReadTime(new SourceColumn(column.Name, column.DuckDbType, ColumnKind.Time, value) { Notes = [note] }, cancellationToken);
        return time.Present == column.Present ? time : null;
    }

    private SourceColumn ReadTime(SourceColumn column, CancellationToken cancellationToken)
    {
        var endless = 0L;
        var found = column;
        database.Read(
            $"""
            SELECT count(*), count(t) FILTER (isfinite(t)), count(DISTINCT t), count(*) FILTER (NOT isfinite(t)), min(t) FILTER (isfinite(t)), max(t) FILTER (isfinite(t)),
                   count(DISTINCT CAST(t AS DATE)), count(DISTINCT hour(t)), count(DISTINCT isodow(t)), count(DISTINCT month(t)), count(DISTINCT year(t))
            FROM (SELECT CAST({column.Value} AS TIMESTAMP) AS t FROM source)
            """,
            reader =>
            {
                endless = reader.GetInt64(3);
                found = column with
                {
                    Rows = reader.GetInt64(0),
                    Present = reader.GetInt64(1),
                    Distinct = reader.GetInt64(2),
                    Times = reader.IsDBNull(4) ? null : new TimeFacts(reader.GetDateTime(4), reader.GetDateTime(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)),
                };
            },
            cancellationToken);
        return endless == 0 ? found : found with
        {
            Value = $"CASE WHEN isfinite({column.Value}) THEN {column.Value} END",
            Notes = [.. column.Notes, FormattableString.Invariant($"infinite in {endless} rows, read as missing")],
        };
    }

    private List<string> Values(string sql, CancellationToken cancellationToken)
    {
        var values = new List<string>();
        database.Read(sql, reader => values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!), cancellationToken);
        return values;
    }

    [GeneratedRegex(@"^\d{1,4}[./-]?\d{1,2}[./-]?\d{2,4}", RegexOptions.CultureInvariant)]
    private static partial Regex DayForm();
}
