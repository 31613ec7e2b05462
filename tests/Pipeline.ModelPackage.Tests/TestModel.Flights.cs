using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage.Tests;

internal static partial class TestModel
{
    /// <summary>A package with the name and the columns of the model that the repository brings, for samples in documents.</summary>
    public static PackagedModel WriteFlightsPackage(string directory)
    {
        var schema = new FeatureSchema(
        [
            new Feature("hour", FeatureKind.Numeric, AllowsMissing: false, Minimum: 0, Maximum: 23),
            new Feature("day_of_week", FeatureKind.Numeric, AllowsMissing: false, Minimum: 1, Maximum: 7),
            new Feature("distance", FeatureKind.Numeric, AllowsMissing: false, Minimum: 30, Maximum: 4962),
            new Feature("origin", FeatureKind.Categorical, AllowsMissing: false, Categories: [.. OriginCodes.Keys]),
            new Feature("destination", FeatureKind.Categorical, AllowsMissing: false, Categories: [.. DestinationCodes.Keys]),
        ]);

        // The day of the week weighs nothing, so that the formula still holds.
        var known = Golden(7, "ATL", 500, "LAX");
        var row = new JsonObject { ["hour"] = 7, ["day_of_week"] = 5, ["distance"] = 500, ["origin"] = "ATL", ["destination"] = "LAX" };
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Onnx), Onnx(numericWeights: [HourWeight, 0, DistanceWeight]));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Golden), PackageJson.Serialize(new GoldenSample([known with { Row = row }])));
        return PackageWriter.Seal(directory, Manifest with { Name = "flight-delay", Features = schema });
    }
}
