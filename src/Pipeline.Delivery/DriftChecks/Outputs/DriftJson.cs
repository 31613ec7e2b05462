using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>
/// drift.json: the report itself, for programs; <c>docs/schemas/drift.schema.json</c> describes it. The same report always gives the same bytes, on one line: bins of all
/// windows laid out for eyes would be more than twice as many.
/// </summary>
public static class DriftJson
{
    private static readonly JsonSerializerOptions Options = new(PackageJson.Options) { WriteIndented = false };

    /// <exception cref="ArgumentException">A number of the report is NaN or infinite.</exception>
    public static byte[] Serialize(DriftReport report) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(report with { Importance = new SortedDictionary<string, double>(report.Importance.ToDictionary(), StringComparer.Ordinal) }, Options), (byte)'\n'];

    /// <param name="bytes">UTF-8.</param>
    /// <param name="origin">For messages: where the bytes came from.</param>
    /// <exception cref="InvalidDataException">The bytes are not a report, or one of another version of the format.</exception>
    public static DriftReport Deserialize(ReadOnlySpan<byte> bytes, string origin)
    {
        var report = PackageJson.Deserialize<DriftReport>(bytes, origin);
        return report.SchemaVersion == DriftReport.CurrentSchemaVersion
            ? report
            : throw new InvalidDataException($"{origin} has the format's version {report.SchemaVersion}; this program reads {DriftReport.CurrentSchemaVersion}.");
    }
}
