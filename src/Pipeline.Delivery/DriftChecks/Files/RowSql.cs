using Pipeline.Delivery.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Columns as SQL, in the form in which they are counted.</summary>
internal static class RowSql
{
    /// <summary>The schema's numeric features: as training sees them, so that a value falls on the same side of an edge.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="typeOf">A column's type.</param>
    public static IReadOnlyList<string> Numbers(FeatureSchema schema, Func<string, string> typeOf) =>
        [.. schema.Numeric.Select(feature => $"coalesce({ExampleRows.Number(Number(feature.Name, typeOf(feature.Name)))}, CAST('nan' AS FLOAT))")];

    /// <summary>The schema's categorical features.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="typeOf">A column's type.</param>
    public static IReadOnlyList<string> Texts(FeatureSchema schema, Func<string, string> typeOf) =>
        [.. schema.Categorical.Select(feature => Text(feature.Name, typeOf(feature.Name)))];

    /// <summary>Microseconds since 1970, in UTC where a time has no zone; null if the type holds no times.</summary>
    public static string? Time(string column, string type)
    {
        var name = DuckDatabase.Identifier(column);

        // Between the two kinds of timestamps a calendar is asked for each value, which takes longer than all the rest: not where there is no need.
        return type == "TIMESTAMP WITH TIME ZONE" ? $"epoch_us({name})"
            : ExampleQuery.Times.Contains(type) ? $"epoch_us(CAST({name} AS TIMESTAMP))"
            : type == "VARCHAR" ? $"epoch_us(TRY_CAST({name} AS TIMESTAMP WITH TIME ZONE))"
            : null;
    }

    /// <summary>A label that is as training has it: of two classes 0 or 1, of several the class's name, of a number the number.</summary>
    /// <param name="outputs">What the model answers.</param>
    /// <param name="column">The label's.</param>
    /// <param name="isBoolean">Of two classes: whether it is one of booleans.</param>
    public static string Label(ModelOutputs outputs, string column, bool isBoolean) => outputs switch
    {
        BinaryOutputs => ExampleRows.Label(column, isBoolean),
        MulticlassOutputs => $"CAST({DuckDatabase.Identifier(column)} AS VARCHAR)",
        _ => $"TRY_CAST({DuckDatabase.Identifier(column)} AS FLOAT)",
    };

    /// <summary>A column as a number; a text that is none is null.</summary>
    public static string Number(string column, string type) =>
        type is "VARCHAR" or "JSON" ? $"TRY_CAST({Text(column, type)} AS DOUBLE)" : DuckDatabase.Identifier(column);

    /// <summary>A column as text, without JSON's quotes.</summary>
    public static string Text(string column, string type) =>
        type == "JSON" ? $"json_extract_string({DuckDatabase.Identifier(column)}, '$')" : ExampleRows.Value(column, FeatureKind.Categorical);
}
