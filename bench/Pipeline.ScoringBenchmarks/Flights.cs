using System.Diagnostics.CodeAnalysis;
using DuckDB.NET.Data;
using Pipeline.ModelPackage;

namespace Pipeline.ScoringBenchmarks;

/// <summary>Rows of models/flight-delay with a label of each task.</summary>
/// <param name="Features">hour, day_of_week, distance, origin, destination.</param>
/// <param name="Delays">In minutes.</param>
internal sealed record Flights(FeatureBatch Features, float[] Delays)
{
    private static readonly string[] DelayClasses = ["early", "on time", "late", "very late"];

    private static readonly FeatureSchema Schema = new([
        new Feature("hour", FeatureKind.Numeric, false),
        new Feature("day_of_week", FeatureKind.Numeric, false),
        new Feature("distance", FeatureKind.Numeric, false),
        new Feature("origin", FeatureKind.Categorical, false),
        new Feature("destination", FeatureKind.Categorical, false)]);

    /// <param name="folder">With the sample's Parquet files.</param>
    /// <param name="from">The first day.</param>
    /// <param name="before">The day after the last.</param>
    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The path is quoted; the dates are typed.")]
    public static Flights Read(string folder, DateOnly from, DateOnly before)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT hour(date)::FLOAT, isodow(date)::FLOAT, distance::FLOAT, delay::FLOAT, origin, destination
            FROM read_parquet('{Path.Combine(folder, "*.parquet").Replace("'", "''", StringComparison.Ordinal)}')
            WHERE delay IS NOT NULL AND date >= DATE '{from:yyyy-MM-dd}' AND date < DATE '{before:yyyy-MM-dd}'
            ORDER BY ALL
            """;
        using var reader = command.ExecuteReader();
        var (numbers, delays, origins, destinations) = (new List<float>(), new List<float>(), new List<string>(), new List<string>());
        while (reader.Read())
        {
            numbers.AddRange([reader.GetFloat(0), reader.GetFloat(1), reader.GetFloat(2)]);
            delays.Add(reader.GetFloat(3));
            origins.Add(reader.GetString(4));
            destinations.Add(reader.GetString(5));
        }

        return new Flights(new FeatureBatch(Schema, delays.Count, [.. numbers], [[.. origins], [.. destinations]]), [.. delays]);
    }

    /// <exception cref="ArgumentException">There is no such task.</exception>
    public static ModelOutputs OutputsOf(string task) => task switch
    {
        ModelTask.Binary => new BinaryOutputs("late", "on time", 0.2f),
        ModelTask.Multiclass => new MulticlassOutputs(DelayClasses),
        ModelTask.Regression => new RegressionOutputs("delay", "min"),
        _ => throw new ArgumentException($"There is no task '{task}'."),
    };

    public RowLabels LabelsOf(string task) => task switch
    {
        ModelTask.Binary => RowLabels.OfFlags(Array.ConvertAll(Delays, delay => delay > 15)),
        ModelTask.Multiclass => RowLabels.OfClasses(Array.ConvertAll(Delays, delay => delay < 0 ? 0 : delay <= 15 ? 1 : delay <= 60 ? 2 : 3), DelayClasses),
        _ => RowLabels.OfNumbers(Delays),
    };
}
