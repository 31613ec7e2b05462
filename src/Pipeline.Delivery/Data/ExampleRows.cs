using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>
/// The query's rows in the form that training sees, as the table <c>examples</c>: <c>t</c> the time, <c>l</c> the label (2 for a value that is none), <c>s</c> the split
/// (null outside all), <c>f0</c>, <c>f1</c>… the features: 32-bit floats, or texts; and <c>a0</c>, <c>a1</c>… the attributes, alike.
/// </summary>
internal static class ExampleRows
{
    public static string Column(int feature) => string.Create(CultureInfo.InvariantCulture, $"f{feature}");

    public static string Attribute(int attribute) => string.Create(CultureInfo.InvariantCulture, $"a{attribute}");

    /// <summary>Fixed whatever the files' layout: by time, then by every other value; equal rows alone may change places.</summary>
    public static string Order(ExampleQuery query) => string.Join(", ", (string[])["t", "l", .. query.Features.Select((_, i) => Column(i)), .. query.Attributes.Select((_, i) => Attribute(i))]);

    public static IReadOnlyList<(DataSplit Split, TimeRange Range)> Splits(SplitSettings settings) =>
    [
        (DataSplit.Train, settings.Train),
        (DataSplit.Validation, settings.Validation),
        (DataSplit.Test, settings.Test),
        .. settings.Production is { } production ? [(DataSplit.Production, production)] : Array.Empty<(DataSplit, TimeRange)>(),
    ];

    public static void Create(DuckDatabase database, ModelDefinition definition, ExampleQuery query, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        var features = query.Features.Select((feature, i) => $"{Value(feature.Name, feature.Kind)} AS {Column(i)}");
        var attributes = query.Attributes.Select((attribute, i) => $"{AttributeValue(attribute)} AS {Attribute(i)}");
        var split = string.Join(' ', Splits(definition.Splits).Select(part => FormattableString.Invariant(
            $"WHEN t >= TIMESTAMP '{part.Range.From:yyyy-MM-dd}' AND t < TIMESTAMP '{part.Range.Before:yyyy-MM-dd}' THEN {(int)part.Split}")));
        try
        {
            database.Execute(
                $"""
                CREATE TABLE examples AS
                SELECT *, CASE {split} END AS s
                FROM (
                    SELECT CAST({DuckDatabase.Identifier(query.Settings.Time)} AS TIMESTAMP) AS t, {Label(query.Settings.Label, query.IsLabelBoolean)} AS l, {string.Join(", ", features.Concat(attributes))}
                    FROM query({DuckDatabase.Literal(query.Settings.Query)}))
                """,
                cancellationToken);
        }
        catch (DatabaseException e)
        {
            SourceTable.CheckParquet(database, files, cancellationToken);
            throw ExampleQuery.Failure(definition, e.Message, inner: e);
        }
    }

    /// <summary>A label as training sees it: 0, 1, 2 for a value that is neither, or null.</summary>
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
