using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Requests;

/// <summary>Writes the requests that the scripts send: for each way of asking the same rows, one a request and many a request.</summary>
internal static class RequestsVerb
{
    public const string Usage = "requests --package DIR --output DIR [--rows N] [--seed N]";

    // Enough that neither caches nor branch predictors learn them by heart.
    private const int SingleRequests = 4_096;
    private const int BatchRequests = 512;

    public static int Run(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var output = Directory.CreateDirectory(arguments.Text("--output")).FullName;
        var rows = arguments.Number("--rows", 100);
        var source = new RowSource(package.Manifest.Features, arguments.Number("--seed", 1));
        arguments.ShouldBeUsedUp();

        Write(output, "1", package, Batches(source, SingleRequests, 1));
        Write(output, $"{rows}", package, Batches(source, BatchRequests, rows));
        RequestFile.Write(Path.Combine(output, "empty"), ["GET /bench/empty HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray()]);
        return 0;
    }

    private static List<IReadOnlyList<BenchmarkRow>> Batches(RowSource source, int count, int rows) => [.. Enumerable.Range(0, count).Select(_ => source.Take(rows))];

    private static void Write(string output, string suffix, PackagedModel package, List<IReadOnlyList<BenchmarkRow>> batches)
    {
        var schema = package.Manifest.Features;
        var infer = $"/v2/models/{package.Manifest.Name}/infer";
        var native = batches.ConvertAll(rows => NativeBody.Of(schema, rows));
        RequestFile.Write(Path.Combine(output, $"native-{suffix}"), native.Select(body => RequestFile.Post("/v1/predict", body)));
        RequestFile.Write(Path.Combine(output, $"constant-{suffix}"), native.Select(body => RequestFile.Post("/bench/constant", body)));
        RequestFile.Write(Path.Combine(output, $"peer-{suffix}"), native.Select(body => RequestFile.Post(batches[0].Count == 1 ? "/predict" : "/predict/batch", body)));
        RequestFile.Write(Path.Combine(output, $"v2-json-{suffix}"), batches.Select(rows => RequestFile.Post(infer, TensorBody.Json(schema, rows))));
        RequestFile.Write(Path.Combine(output, $"v2-binary-{suffix}"), batches.Select(rows => Binary(infer, TensorBody.Binary(schema, rows))));
    }

    private static byte[] Binary(string path, (byte[] Body, int JsonLength) request) =>
        RequestFile.Post(path, request.Body, "application/octet-stream", FormattableString.Invariant($"Inference-Header-Content-Length: {request.JsonLength}\r\n"));
}
