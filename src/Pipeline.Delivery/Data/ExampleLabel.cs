using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>The label's column of a query, and the form in which training sees it.</summary>
/// <param name="Task">One of <see cref="ModelTask"/>.</param>
/// <param name="Name">As the query gives it.</param>
/// <param name="DuckDbType">The type that the query gives it.</param>
internal sealed record ExampleLabel(string Task, string Name, string DuckDbType)
{
    private const string Boolean = "BOOLEAN";

    public bool IsBoolean => DuckDbType == Boolean;

    /// <summary>What is wrong with a type; null if nothing is.</summary>
    public static string? FaultOf(string task, string name, string type) => task switch
    {
        ModelTask.Multiclass when !ExampleQuery.IsText(type) && !ExampleQuery.IsWholeNumber(type) && type != Boolean =>
            $"of several classes it must be VARCHAR or whole numbers, for example CAST({name} AS VARCHAR) AS {name}; for numbers write task: regression",
        ModelTask.Regression when !ExampleQuery.IsNumber(type) =>
            $"it must be a number, for example CAST({name} AS DOUBLE) AS {name}; for classes write task: multiclass",
        ModelTask.Binary when type != Boolean && !ExampleQuery.IsWholeNumber(type) =>
            $"it must be BOOLEAN or whole numbers 0 and 1, for example {name} = 'yes' AS {name}",
        _ => null,
    };

    /// <summary>
    /// The label as training sees it, in SQL. Of two classes 0, 1, or 2 for a value that is neither; of several the class's name; of a number a 32-bit float, infinite for
    /// one beyond it. Null if missing.
    /// </summary>
    public string Expression => Task switch
    {
        ModelTask.Multiclass => $"CAST({DuckDatabase.Identifier(Name)} AS VARCHAR)",
        ModelTask.Regression => ExampleRows.Number(DuckDatabase.Identifier(Name)),
        _ => ExampleRows.Label(Name, IsBoolean),
    };

    /// <summary>Whether a row's label, the column <c>l</c> of examples, is none; in SQL.</summary>
    public string IsOdd => Task switch
    {
        ModelTask.Multiclass => $"l = {DuckDatabase.Literal(FeatureSchema.MissingCategory)}",
        ModelTask.Regression => "isnan(l) OR isinf(l)",
        _ => "l = 2",
    };

    /// <summary>The column <c>l</c> as a dataset holds it.</summary>
    public string Stored => Task == ModelTask.Binary ? "l = 1" : "l";
}
