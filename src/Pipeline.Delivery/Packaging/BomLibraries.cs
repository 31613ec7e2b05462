using System.Reflection;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Packaging;

/// <summary>The NuGet packages that shape a model, and those that the service ships to serve it, with the versions that Directory.Packages.props pins.</summary>
internal static class BomLibraries
{
    public const string Training = "training";
    public const string Serving = "serving";

    private const string MetadataPrefix = "package:";

    /// <summary>What the service's projects refer to; a test holds this to them.</summary>
    public static IReadOnlyList<string> OfService { get; } =
        ["Google.Protobuf", "Microsoft.ML.OnnxRuntime", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "Scalar.AspNetCore", "prometheus-net.AspNetCore"];

    private static readonly Dictionary<string, string> Versions = typeof(BomLibraries).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Where(attribute => attribute.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal))
        .ToDictionary(attribute => attribute.Key[MetadataPrefix.Length..], attribute => attribute.Value!, StringComparer.Ordinal);

    /// <summary>Each library once, in ordinal order, with what it is used for.</summary>
    /// <param name="trainer">Name of the trainer that won; others leave nothing in the model.</param>
    public static IEnumerable<(string Name, string Version, IReadOnlyList<string> Uses)> Of(string trainer) =>
        OfTraining(trainer).Select(name => (Name: name, Use: Training)).Concat(OfService.Select(name => (Name: name, Use: Serving)))
            .GroupBy(library => library.Name, library => library.Use)
            .OrderBy(library => library.Key, StringComparer.Ordinal)
            .Select(library => (library.Key, Versions[library.Key], (IReadOnlyList<string>)[.. library]));

    private static IEnumerable<string> OfTraining(string trainer) =>
    [
        // Reads the rows; writes the graph; answers the test rows and the golden requests.
        "DuckDB.NET.Data.Full", "Google.Protobuf", "Microsoft.ML.OnnxRuntime",
        "Microsoft.ML",
        .. trainer switch
        {
            TrainerSettings.LightGbm => ["Microsoft.ML.LightGbm", "LightGBM"],
            TrainerSettings.FastTree => ["Microsoft.ML.FastTree"],
            _ => Array.Empty<string>(),
        },
    ];
}
