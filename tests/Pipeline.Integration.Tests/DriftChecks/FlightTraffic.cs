using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>
/// The repository's flight-delay model and rows of its data as requests. One thing is not as in the repository: a distance in two hundred is missing. There none is, so that
/// the service of that model refuses rows without one, and a missing value could never be counted.
/// </summary>
internal static class FlightTraffic
{
    /// <summary>The airport whose flights come more often in June than they do.</summary>
    public const string CrowdedOrigin = "ORD";

    private const string Distance = "  distance,\n";

    private const string DistanceAtTimesMissing = "  CASE WHEN hash(date, origin, destination) % 200 = 0 THEN NULL ELSE distance END AS distance,\n";

    private static readonly Digest Code = Digest.OfText("tests");

    public static ModelDefinition ReadDefinition(string repositoryRoot)
    {
        var definition = ModelDefinitionReader.Read(ModelCatalog.Find(repositoryRoot, "flight-delay"));
        definition.Data.Query.Should().Contain(Distance);
        return definition with
        {
            Data = definition.Data with { Query = definition.Data.Query.Replace(Distance, DistanceAtTimesMissing, StringComparison.Ordinal) },

            // The one that wins; trying the others as well would take some seconds more.
            Training = definition.Training with { Trainers = [definition.Training.Trainers[0]] },
        };
    }

    /// <summary>All stages up to the package.</summary>
    public static async Task<PackagedModel> PackageAsync(ModelDefinition definition, StageRunner runner, string artifacts)
    {
        var token = TestContext.Current.CancellationToken;
        var dataset = await new PrepareDataStage(runner).RunAsync(definition, Code.ToString(), token);
        var candidate = await new TrainStage(runner, Code).RunAsync(dataset, definition, token);
        var evaluation = await new EvaluateStage(runner, Code).RunAsync(dataset, candidate, definition, token);
        var pass = await new GateStage(runner, Code, new EvaluationReportWriter(artifacts, runner.Store)).RunAsync(dataset, candidate, evaluation, definition, [], WaiversInForce.None, token);
        return (await new PackageStage(runner, Code).RunAsync(dataset, candidate, evaluation, pass, definition, token)).Package;
    }

    /// <summary>A quarter of April's flights, as they are.</summary>
    public static IReadOnlyList<string> April(ModelDefinition definition) => Read(definition, "2001-04", crowd: 1, distance: "distance");

    /// <summary>A quarter of June's, thrice those of one airport, and without the distance in a further row of 33.</summary>
    public static IReadOnlyList<string> June(ModelDefinition definition) => Read(definition, "2001-06", crowd: 3, distance: "CASE WHEN row_number() OVER () % 33 = 0 THEN NULL ELSE distance END");

    // Shuffled, but the same each time: days lie side by side in the files, and half of a month would be half of its days.
    private static List<string> Read(ModelDefinition definition, string month, int crowd, string distance)
    {
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        database.Execute($"CREATE VIEW source AS SELECT * FROM read_parquet({DuckDatabase.Literal(Path.Combine(definition.Directory, "data", $"{month}.parquet"))})", default);
        var rows = new List<string>();
        database.Read(
            string.Create(CultureInfo.InvariantCulture, $"""
                WITH quarter AS (
                  SELECT *, unnest(range(CASE WHEN origin = '{CrowdedOrigin}' THEN {crowd} ELSE 1 END)) AS copy
                  FROM (SELECT * FROM ({definition.Data.Query}) ORDER BY md5(concat_ws('|', departure, hour, origin, destination, distance)), late LIMIT 6000))
                SELECT CAST(to_json({"{"} hour: hour, day_of_week: day_of_week, distance: {distance}, origin: origin, destination: destination {"}"}) AS VARCHAR)
                FROM (SELECT * FROM quarter ORDER BY md5(concat_ws('|', copy, departure, origin, destination, distance)), late)
                """),
            row => rows.Add(row.GetString(0)),
            default);
        return rows;
    }
}
