using System.Text;
using Pipeline.Benchmarks.Requests;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>What hostile requests are made from: the model's name and a few valid bodies of each dialect.</summary>
public sealed class HostileTarget
{
    private const string Json = "application/json";

    public HostileTarget(PackagedModel package, int seed)
    {
        Infer = $"/v2/models/{package.Manifest.Name}/infer";
        var schema = package.Manifest.Features;
        Columns = [.. schema.Features.Select(feature => feature.Name)];
        var source = new RowSource(schema, seed);
        IReadOnlyList<BenchmarkRow> one = source.Take(1), several = source.Take(3);
        Valid =
        [
            new("/v1/predict", Json, NativeBody.Of(schema, one)),
            new("/v1/predict", Json, NativeBody.Of(schema, several)),
            new(Infer, Json, TensorBody.Json(schema, one)),
            new(Infer, Json, TensorBody.Json(schema, several)),
            BinaryOf(schema, several),
            new("/invocations", Json, Text($"{{\"dataframe_records\":{Records(schema, several)}}}")),
            new("/invocations", Json, Text($"{{\"instances\":{Records(schema, several)}}}")),
            new("/invocations", Json, Text($"{{\"dataframe_split\":{Split(schema, several)}}}")),
            new("/invocations", Json, Text($"{{\"inputs\":{Inputs(schema, several)}}}")),
            new("/invocations", "text/csv", Text(string.Join(',', Columns) + "\n" + string.Concat(several.Select(row => string.Join(',', Cells(schema, row).Select(cell => cell.Trim('"'))) + "\n")))),
        ];
        Routes =
        [
            "/v1/predict", Infer, "/invocations", "/v1/model", "/v2", "/v2/", "/v2/models", $"/v2/models/{package.Manifest.Name}", $"/v2/models/{package.Manifest.Name}/ready",
            $"/v2/models/{package.Manifest.Name}/versions/{package.Version}/infer", $"/v2/models/{package.Manifest.Name}/versions/none/infer", "/v2/models/none/infer",
            "/v2/health/live", "/v2/health/ready", "/ping", "/version", "/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/docs", "/",
        ];
    }

    /// <summary>The path of the Open Inference Protocol's infer.</summary>
    public string Infer { get; }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>Bodies that the service answers with 200, if it speaks the dialect.</summary>
    public IReadOnlyList<ValidBody> Valid { get; }

    public IReadOnlyList<string> Routes { get; }

    private ValidBody BinaryOf(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows)
    {
        var (body, jsonLength) = TensorBody.Binary(schema, rows);
        return new ValidBody(Infer, "application/octet-stream", body, jsonLength);
    }

    private static string Records(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows) =>
        $"[{string.Join(',', rows.Select(row => Encoding.UTF8.GetString(NativeBody.Of(schema, [row]))))}]";

    private string Split(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows) =>
        $"{{\"columns\":[{string.Join(',', Columns.Select(name => $"\"{name}\""))}],\"data\":[{string.Join(',', rows.Select(row => $"[{string.Join(',', Cells(schema, row))}]"))}]}}";

    private static string Inputs(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows)
    {
        var cells = rows.Select(row => Cells(schema, row).ToList()).ToList();
        return $"{{{string.Join(',', schema.Features.Select((feature, index) => $"\"{feature.Name}\":[{string.Join(',', cells.Select(row => row[index]))}]"))}}}";
    }

    private static IEnumerable<string> Cells(FeatureSchema schema, BenchmarkRow row)
    {
        var (number, category) = (0, 0);
        return schema.Features.Select(feature => feature.Kind == FeatureKind.Numeric ? FormattableString.Invariant($"{row.Numbers[number++]}") : $"\"{row.Categories[category++]}\"");
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
