using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>Puts requests of the Open Inference Protocol together, and takes answers apart.</summary>
internal sealed class OpenInferenceRequest
{
    public const string JsonLengthHeader = "Inference-Header-Content-Length";
    public const string Path = "/v2/models/delay/infer";

    /// <summary>Two rows as JSON.</summary>
    public const string TwoRows = """
        {"inputs":[{"name":"hour","shape":[2],"datatype":"FP32","data":[7,1]},{"name":"origin","shape":[2,1],"datatype":"BYTES","data":["ATL","ATL"]},
        {"name":"distance","shape":[2],"datatype":"FP32","data":[500,4000]},{"name":"destination","shape":[2],"datatype":"BYTES","data":["LAX","DEN"]}]}
        """;

    private readonly JsonArray _inputs = [];
    private readonly List<byte> _binary = [];

    public JsonObject Json { get; } = [];

    /// <summary>The probabilities of <see cref="TwoRows"/>.</summary>
    public static float[] TwoProbabilities { get; } = [TestModel.Probability(7, "ATL", 500, "LAX"), TestModel.Probability(1, "ATL", 4000, "DEN")];

    public static byte[] Floats(params float[] values) => Bytes(values, sizeof(float), BinaryPrimitives.WriteSingleLittleEndian);

    public static byte[] Bytes<T>(IReadOnlyList<T> values, int size, WriteElement<T> write)
    {
        var bytes = new byte[values.Count * size];
        for (var i = 0; i < values.Count; i++)
        {
            write(bytes.AsSpan(i * size), values[i]);
        }

        return bytes;
    }

    public static byte[] Texts(params string[] values) => Texts([.. values.Select(Encoding.UTF8.GetBytes)]);

    public static byte[] Texts(params byte[][] values) => [.. values.SelectMany(value => BitConverter.GetBytes(value.Length).Concat(value))];

    /// <summary>Adds a tensor [N] in binary form.</summary>
    public OpenInferenceRequest Add(string name, string datatype, int rows, byte[] bytes, int? size = null)
    {
        _inputs.Add(new JsonObject { ["name"] = name, ["shape"] = new JsonArray(rows), ["datatype"] = datatype, ["parameters"] = new JsonObject { ["binary_data_size"] = size ?? bytes.Length } });
        _binary.AddRange(bytes);
        return this;
    }

    /// <summary>Sends what was put together.</summary>
    public Task<HttpResponseMessage> SendAsync(RunningService service)
    {
        Json["inputs"] = _inputs.DeepClone();
        var json = Encoding.UTF8.GetBytes(Json.ToJsonString());
        return SendAsync(service, [.. json, .. _binary], json.Length.ToString(CultureInfo.InvariantCulture));
    }

    public static Task<HttpResponseMessage> SendAsync(RunningService service, string json, string path = Path) => SendAsync(service, Encoding.UTF8.GetBytes(json), path: path);

    public static async Task<HttpResponseMessage> SendAsync(RunningService service, byte[] body, string? jsonLength = null, string path = Path, string? contentType = null)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
        if (jsonLength is not null)
        {
            request.Headers.TryAddWithoutValidation(JsonLengthHeader, jsonLength);
        }

        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The answer's JSON and its binary rest.</summary>
    public static async Task<(JsonObject Json, byte[] Binary)> AnswerOf(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.Should().BeTrue(Encoding.UTF8.GetString(body));
        var length = response.Headers.TryGetValues(JsonLengthHeader, out var values) ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : body.Length;
        response.Content.Headers.ContentType!.ToString().Should().Be(length == body.Length ? "application/json" : "application/octet-stream");
        return (JsonNode.Parse(body.AsSpan(0, length))!.AsObject(), body[length..]);
    }

    public static float[] Probabilities(JsonObject answer) => [.. Output(answer, "probability")["data"]!.AsArray().Select(value => value!.GetValue<float>())];

    public static JsonNode Output(JsonObject answer, string name) => answer["outputs"]!.AsArray().Single(output => (string?)output!["name"] == name)!;

    public static async Task<string> ErrorOf(HttpResponseMessage response)
    {
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        var error = await RunningService.JsonOf(response);
        error.Should().ContainSingle();
        return error["error"]!.GetValue<string>();
    }

    public delegate void WriteElement<in T>(Span<byte> destination, T value);
}
