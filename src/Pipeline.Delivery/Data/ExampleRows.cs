using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>
/// The query's rows in the form that training sees, as the table <c>examples</c>: <c>t</c> the time (null if there is none), <c>l</c> the label (see <see cref="ExampleLabel.Expression"/>), <c>u</c> where chance puts the row, <c>s</c> the split
/// (null outside all), <c>f0</c>, <c>f1</c>… the features: 32-bit floats, or texts; and <c>a0</c>, <c>a1</c>… the attributes, alike.
/// </summary>
internal static class ExampleRows
{
    public static string Column(int feature) => string.Create(CultureInfo.InvariantCulture, $"f{feature}");

    public static string Attribute(int attribute) => string.Create(CultureInfo.InvariantCulture, $"a{attribute}");

    /// <summary>Fixed whatever the files' layout: by time, then by every other value; equal rows alone may change places.</summary>
    /// <remarks>Without a time by the hash that divides the rows: trainers that go through them one by one must not see all of one class first.</remarks>
    public static string Order(ExampleQuery query) => string.Join(", ", (string[])[.. query.Settings.Time is null ? ["u", "t"] : (string[])["t"], "l", .. query.Features.Select((_, i) => Column(i)), .. query.Attributes.Select((_, i) => Attribute(i))]);

    public static void Create(DuckDatabase database, ModelDefinition definition, ExampleQuery query, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        var features = query.Features.Select((feature, i) => $"{Value(feature.Name, feature.Kind)} AS {Column(i)}");
        var attributes = query.Attributes.Select((attribute, i) => $"{AttributeValue(attribute)} AS {Attribute(i)}");
        var time = query.Settings.Time is { } name ? $"CAST({DuckDatabase.Identifier(name)} AS TIMESTAMP)" : "CAST(NULL AS TIMESTAMP)";
        try
        {
            database.Execute(
                $"""
                CREATE TABLE examples AS
                SELECT *, CASE {SplitOf(definition.Splits)} END AS s
                FROM (
                    SELECT *, {Chance(definition.Splits, query)} AS u
                    FROM (
                        SELECT {time} AS t, {query.Label.Expression} AS l, {string.Join(", ", features.Concat(attributes))}
                        FROM query({DuckDatabase.Literal(query.Settings.Query)})))
                """,
                cancellationToken);
        }
        catch (DatabaseException e)
        {
            SourceTable.CheckParquet(database, files, cancellationToken);
            throw ExampleQuery.Failure(definition, e.Message, inner: e);
        }
    }

    private static string SplitOf(SplitSettings splits) => splits switch
    {
        TimeSplits byTime => string.Join(' ', byTime.Names.Select(split => FormattableString.Invariant(
            $"WHEN t >= TIMESTAMP '{byTime.RangeOf(split).From:yyyy-MM-dd}' AND t < TIMESTAMP '{byTime.RangeOf(split).Before:yyyy-MM-dd}' THEN {(int)split}"))),
        ShareSplits byShare => FormattableString.Invariant(
            $"WHEN u < {byShare.Train:R} THEN {(int)DataSplit.Train} WHEN u < {byShare.Train + byShare.Validation:R} THEN {(int)DataSplit.Validation} ELSE {(int)DataSplit.Test}"),
        _ => throw new ArgumentOutOfRangeException(nameof(splits), splits, "Rows are divided by time or by chance."),
    };

    // A number from 0 to 1 out of the row itself, the label left out: rows that a model cannot tell apart are never in two splits. MD5 as a spread, not as a secret.
    private static string Chance(SplitSettings splits, ExampleQuery query)
    {
        if (splits is not ShareSplits shares)
        {
            return "CAST(0 AS DOUBLE)";
        }

        string[] columns = shares.Group is { } group
            ? [.. query.Features.Index().Where(feature => feature.Item.Name == group).Select(feature => Column(feature.Index)), .. query.Attributes.Index().Where(attribute => attribute.Item.Name == group).Select(attribute => Attribute(attribute.Index))]
            : [.. query.Features.Select((_, i) => Column(i)), .. query.Attributes.Select((_, i) => Attribute(i))];
        var text = $"concat_ws(chr(31), '{shares.Seed.ToString(CultureInfo.InvariantCulture)}', {string.Join(", ", columns.Select(column => $"coalesce(CAST({column} AS VARCHAR), chr(30))"))})";
        return $"CAST(CAST('0x' || md5({text})[1:12] AS BIGINT) AS DOUBLE) / 281474976710656";
    }

    /// <summary>A label of two classes as training sees it: 0, 1, 2 for a value that is neither, or null.</summary>
    public static string Label(string column, bool isBoolean)
    {
        var label = DuckDatabase.Identifier(column);
        return isBoolean ? $"CAST({label} AS TINYINT)" : $"CAST(CASE {label} WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE CASE WHEN {label} IS NOT NULL THEN 2 END END AS TINYINT)";
    }

    /// <summary>A feature's value as training sees it: a 32-bit float or a text; null if missing.</summary>
    public static string Value(string column, FeatureKind kind) =>
        kind == FeatureKind.Categorical ? $"CAST({DuckDatabase.Identifier(column)} AS VARCHAR)" : Number(DuckDatabase.Identifier(column));

    // Of a feature NaN is refused; here it is missing, else a condition would count it as greater than any number.
    private static string AttributeValue(ExampleColumn attribute) => attribute.Kind == FeatureKind.Categorical
        ? Value(attribute.Name, attribute.Kind)
        : $"CASE WHEN NOT isnan({Number(DuckDatabase.Identifier(attribute.Name))}) THEN {Number(DuckDatabase.Identifier(attribute.Name))} END";

    /// <summary>A number as training sees it: a 32-bit float, null if missing.</summary>
    /// <remarks>Beyond the range of a 32-bit float counts as infinite; and there is one zero, as -0.0 would sort and hash in its own way.</remarks>
    public static string Number(string expression) =>
        $"CASE WHEN {expression} = 0 THEN CAST(0 AS FLOAT) WHEN {expression} IS NOT NULL AND TRY_CAST({expression} AS FLOAT) IS NULL THEN CAST('inf' AS FLOAT) ELSE TRY_CAST({expression} AS FLOAT) END";
}
