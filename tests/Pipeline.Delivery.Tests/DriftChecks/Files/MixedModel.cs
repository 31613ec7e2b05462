using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Delivery.Tests.Definition;
using Pipeline.Drift;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

/// <summary>
/// A package with every kind of bins: a discrete column, one with quantiles, more categories than bins, booleans, and a column that training saw no value of. It has no graph: its rows bear their probabilities.
/// </summary>
internal static class MixedModel
{
    public static FeatureSchema Schema { get; } = new(
    [
        new Feature("hour", FeatureKind.Numeric, AllowsMissing: true, Minimum: 0, Maximum: 11),
        new Feature("airport", FeatureKind.Categorical, AllowsMissing: true, Categories: [.. Enumerable.Range(0, 60).Select(Airport).Order(StringComparer.Ordinal)]),
        new Feature("distance", FeatureKind.Numeric, AllowsMissing: true, Minimum: 10, Maximum: 5_000),
        new Feature("weekend", FeatureKind.Categorical, AllowsMissing: true, Categories: ["false", "true"]),
        new Feature("nothing", FeatureKind.Numeric, AllowsMissing: true),
    ]);

    public static ReferenceProfile Reference { get; } = MakeReference();

    public static Manifest Manifest { get; } = new(
        Manifest.CurrentSchemaVersion, "delay", "binary", "lightgbm", Schema, new BinaryOutputs("late", "on time", 0.25f), new Dictionary<string, double?>(),
        Digest.OfText("data"), Digest.OfText("definition"), Digest.OfText("code"), new Dictionary<string, string>(), []);

    public static PackagedModel Package { get; } = new("/nowhere", Manifest, Digest.OfText("package"));

    public static ComparedModel Compared(string directory, string query = "SELECT * FROM source")
    {
        var definition = ModelDefinitionReader.Parse(DefinitionText.Good, Path.Combine(directory, "flights")).Definition!;
        return new ComparedModel(Package, Reference, definition with { Data = new DataSettings(["data/*"], query, "late", "departure", 50) });
    }

    /// <summary>Rows in every state that a value can have, edges of bins among them, a second apart.</summary>
    public static IReadOnlyList<MixedRow> Rows(int count, int seed, bool isFinite)
    {
        var random = new Random(seed);
        var edges = ((QuantileBins)Reference.Features[2].Bins).Edges;
        return [.. Enumerable.Range(0, count).Select(i => new MixedRow(
            new DateTime(2024, 5, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i),
            Number(random.Next(-2, 15)),
            random.Next(4) == 0 ? edges[random.Next(edges.Count)] + (random.Next(-1, 2) * 1e-5) : Number(random.NextDouble() * 5_500),
            random.Next(10) == 0 ? null : random.Next(12) == 0 ? string.Empty : Airport(random.Next(70)),
            random.Next(10) == 0 ? null : random.Next(2) == 0 ? "true" : "false",
            random.Next(2) == 0 ? null : Number(random.NextDouble()),
            random.NextSingle(),
            random.Next(5) == 0 ? null : random.Next(2) == 0))];

        double? Number(double value) => random.Next(20) switch
        {
            0 => null,
            1 => isFinite ? 1e38 : double.NaN,
            2 => isFinite ? -0.0 : double.PositiveInfinity,
            3 => isFinite ? 16_777_217 : double.NegativeInfinity,
            4 => isFinite ? 0.1 : 1e300,
            _ => value,
        };
    }

    /// <summary>What the service's own counters say of the same rows.</summary>
    public static DriftTotals CountedByTheService(IReadOnlyList<MixedRow> rows)
    {
        var coded = new CodedRows(Schema);
        var (airports, weekends) = (new CategoryTable(Schema.Categorical[0]), new CategoryTable(Schema.Categorical[1]));
        coded.AddRows(rows.Count);
        foreach (var (row, i) in rows.Select((row, i) => (row, i)))
        {
            coded.SetNumber(i, 0, (float)(row.Hour ?? double.NaN));
            coded.SetNumber(i, 1, (float)(row.Distance ?? double.NaN));
            coded.SetNumber(i, 2, (float)(row.Nothing ?? double.NaN));
            coded.SetCode(i, 0, row.Airport is null ? CategoryCode.Missing : airports.CodeOf(row.Airport));
            coded.SetCode(i, 1, row.Weekend is null ? CategoryCode.Missing : weekends.CodeOf(row.Weekend));
        }

        using var counters = new DriftCounters(Reference, Manifest);
        counters.Count(coded, rows.Select(row => row.Probability).ToArray());
        return counters.Read();
    }

    private static string Airport(int i) => $"0{i:00}";

    private static ReferenceProfile MakeReference()
    {
        var random = new Random(3);
        var hours = Enumerable.Range(0, 1_000).Select(i => (float)(i % 12)).ToArray();
        var distances = Enumerable.Range(0, 1_000).Select(i => i == 0 ? 10 : i == 1 ? 5_000 : 10 + (random.NextSingle() * 4_990)).ToArray();

        // The lower the number, the commoner.
        var airports = Enumerable.Range(0, 1_000).Select(i => Airport(i < 60 ? i : random.Next(60) * random.Next(60) / 60)).ToArray();
        var weekends = hours.Select(hour => hour < 3 ? "true" : "false").ToArray();
        var nothing = hours.Select(_ => float.NaN).ToArray();
        var probabilities = hours.Select(_ => random.NextSingle()).ToArray();
        return new ReferenceProfile(
            ReferenceProfile.CurrentSchemaVersion,
            1_000,
            1_000,
            [
                FeatureProfile.OfNumbers("hour", hours, hours),
                FeatureProfile.OfCategories("airport", airports, airports),
                FeatureProfile.OfNumbers("distance", distances, distances),
                FeatureProfile.OfCategories("weekend", weekends, weekends),
                FeatureProfile.OfNumbers("nothing", nothing, nothing),
            ],
            PredictionProfile.Of(probabilities, probabilities, ["late", "on time"], p => p >= 0.25f ? "late" : "on time"));
    }
}
