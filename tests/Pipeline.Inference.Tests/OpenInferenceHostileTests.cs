using System.Globalization;
using System.Net;
using System.Text;

namespace Pipeline.Inference.Tests;

public sealed class OpenInferenceHostileTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Origin = """{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"]}""";
    private const string Binary = """{"inputs":[{"name":"hour","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}},{"name":"origin","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":7}}]}""";

    private readonly RunningService _service = shared.Running;

    private static byte[] Tensors { get; } = [.. OpenInferenceRequest.Floats(7), .. OpenInferenceRequest.Texts("ATL")];

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "20,000 arrays deep", Text(new string('[', 20_000)) },
        { "20,000 arrays deep in data", Text("{\"inputs\":[{\"name\":\"hour\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":" + new string('[', 20_000) + new string(']', 20_000) + "}]}") },
        { "20,000 objects deep", Text(string.Concat(Enumerable.Repeat("{\"inputs\":", 20_000))) },
        { "2^33 x 2^33", Input("[8589934592,8589934592]", "[1]") },
        { "(2^32+1) x 2^32", Input("[4294967297,4294967296]", "[1]") },
        { "2^40 rows of one element", Input("[1099511627776]", "[1]") },
        { "2^64 rows", Input("[18446744073709551616]", "[1]") },
        { "10,000 rows of one element", Input("[10000]", "[1]") },
        { "a negative size", Input("[-1]", "[1]") },
        { "a size with a fraction", Input("[1.5]", "[1]") },
        { "a size in words", Input("[\"1\"]", "[1]") },
        { "a size of null", Input("[null]", "[1]") },
        { "no sizes", Input("[]", "[1]") },
        { "three sizes", Input("[1,1,1]", "[1]") },
        { "100,000 sizes", Input("[1" + string.Concat(Enumerable.Repeat(",1", 100_000)) + "]", "[1]") },
        { "a nested shape", Input("[[1]]", "[1]") },
        { "a shape that is none", Input("1", "[1]") },
        { "a number of a million digits", Input("[1]", "[" + new string('9', 1_000_000) + "]") },
        { "100,000 elements for one row", Input("[1]", "[1" + string.Concat(Enumerable.Repeat(",1", 100_000)) + "]") },
        { "100,000 tensors", Text("{\"inputs\":[" + string.Join(',', Enumerable.Repeat("{\"name\":\"x\"}", 100_000)) + "]}") },
        { "one tensor 10,000 times", Text("{\"inputs\":[" + string.Join(',', Enumerable.Repeat(Origin, 10_000)) + "]}") },
        { "100,000 outputs", Text("{\"inputs\":[" + Origin + "],\"outputs\":[" + string.Join(',', Enumerable.Repeat("{\"name\":\"label\"}", 100_000)) + "]}") },
        { "a name of a million letters", Text("{\"inputs\":[{\"name\":\"" + new string('x', 1_000_000) + "\"}]}") },
        { "a name that is no text", Text("{\"inputs\":[{\"name\":\"\\ud800\"}]}") },
        { "a property that is no text", Text("{\"\\ud800\":1,\"inputs\":[{\"\\udc00\":1}]}") },
        { "invalid UTF-8", [.. "{\"inputs\":[{\"name\":\""u8, 0xC3, 0x28, .. "\"}]}"u8] },
        { "UTF-16", Encoding.Unicode.GetBytes(OpenInferenceRequest.TwoRows) },
        { "nothing", [] },
        { "bytes of nothing", new byte[100_000] },
        { "two documents", Text(OpenInferenceRequest.TwoRows + OpenInferenceRequest.TwoRows) },
        { "no inputs", Text("{}") },
        { "an array", Text("[]") },
        { "a string", Text("\"inputs\"") },
        { "binary tensors without the header", [.. Text(Binary), .. Tensors] },
        { "binary tensors that are not there", Text(Binary) },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task A_hostile_body_is_a_4xx_and_the_service_lives_on(string what, byte[] body)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, body);

        ((int)response.StatusCode).Should().BeInRange(400, 499, what);
        response.Content.Headers.ContentLength.Should().BeLessThan(5_000);
        (await OpenInferenceRequest.ErrorOf(response)).Should().NotBeEmpty();
        await ShouldServe();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e2")]
    [InlineData("0x10")]
    [InlineData("+10")]
    [InlineData("99999")]
    [InlineData("99999999999999999999")]
    [InlineData("10, 10")]
    [InlineData("10")]
    [InlineData("0")]
    public async Task A_wrong_length_of_the_JSON_is_a_400(string length)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, [.. Text(Binary), .. Tensors], length);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        await ShouldServe();
    }

    [Theory]
    [InlineData("hour", "FP32", "0000E040", 3, "hour: expected 4 bytes, as its shape says, got 3.")]
    [InlineData("hour", "FP32", "0000E04000", 5, "hour: expected 4 bytes, as its shape says, got 5.")]
    [InlineData("hour", "FP64", "0000E040", 4, "hour: expected 8 bytes, as its shape says, got 4.")]
    [InlineData("hour", "FP32", "", 2_000_000_000, "hour: expected 2000000000 bytes after the JSON, as binary_data_size says, got 0.")]
    [InlineData("hour", "FP32", "0000807F", 4, "hour, row 0: expected a number within ±3.4e38, got Infinity.")]
    [InlineData("hour", "FP64", "9C7500883CE43748", 8, "hour, row 0: expected a number within ±3.4e38, got 8.129872718476162E+39.")]
    [InlineData("hour", "FP64", "9C7500883CE4377E", 8, "hour, row 0: expected a number within ±3.4e38, got 1E+300.")]
    [InlineData("hour", "FP32", "0000C07F", 4, "hour, row 0: expected a number, got NaN.")]
    [InlineData("origin", "BYTES", "", 0, "origin: expected at least 4 bytes, as its shape says, got 0.")]
    [InlineData("origin", "BYTES", "04000000414243", 7, "origin, row 0: expected a string that ends within the tensor, got one of 4 bytes, 1 past the end.")]
    [InlineData("origin", "BYTES", "FFFFFFFF414243", 7, "origin, row 0: expected a string that ends within the tensor, got one of 4294967295 bytes, 4294967292 past the end.")]
    [InlineData("origin", "BYTES", "02000000414243", 7, "origin: expected 1 strings, as its shape says, got 1 bytes more.")]
    [InlineData("origin", "BYTES", "02000000C328", 6, "origin, row 0: expected a string in UTF-8, got bytes that are no UTF-8.")]
    [InlineData("origin", "BYTES", "03000000EFBFBF", 7, "origin, row 0: expected a string, got U+FFFF, which stands for a missing value.")]
    public async Task Binary_tensors_that_are_not_what_they_should_be_are_told(string name, string datatype, string hex, int size, string expected)
    {
        var request = new OpenInferenceRequest();
        if (name == "hour")
        {
            request.Add("origin", "BYTES", 1, OpenInferenceRequest.Texts("ATL")).Add(name, datatype, 1, Convert.FromHexString(hex), size);
        }
        else
        {
            request.Add("hour", "FP32", 1, OpenInferenceRequest.Floats(7)).Add(name, datatype, 1, Convert.FromHexString(hex), size);
        }

        using var response = await request.SendAsync(_service);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await OpenInferenceRequest.ErrorOf(response)).Should().Be(expected);
        await ShouldServe();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("4.5")]
    [InlineData("\"4\"")]
    [InlineData("99999999999")]
    [InlineData("{}")]
    public async Task A_wrong_binary_data_size_is_a_400(string size)
    {
        var json = Text(Binary.Replace("\"binary_data_size\":4", "\"binary_data_size\":" + size, StringComparison.Ordinal));

        using var response = await OpenInferenceRequest.SendAsync(_service, [.. json, .. Tensors], json.Length.ToString(CultureInfo.InvariantCulture));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Bytes_after_the_last_tensor_are_a_400()
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, [.. Text(Binary), .. Tensors, 0], $"{Binary.Length}");

        (await OpenInferenceRequest.ErrorOf(response)).Should().Be("inputs: expected 11 bytes of binary tensors, got 12.");
    }

    [Fact]
    public async Task Every_truncation_of_a_binary_request_is_a_400()
    {
        byte[] whole = [.. Text(Binary), .. Tensors];

        for (var length = 0; length < whole.Length; length++)
        {
            using var response = await OpenInferenceRequest.SendAsync(_service, whole[..length], $"{Math.Min(length, Binary.Length)}");
            response.StatusCode.Should().Be(HttpStatusCode.BadRequest, "{0} bytes were sent", length);
        }

        await ShouldServe();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Random_damage_never_gives_a_5xx(bool binary)
    {
        var random = new Random(20010501);
        byte[] whole = binary ? [.. Text(Binary), .. Tensors] : Text(OpenInferenceRequest.TwoRows);

        for (var i = 0; i < 1_500; i++)
        {
            var body = whole.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            using var response = await OpenInferenceRequest.SendAsync(_service, body, binary ? $"{Binary.Length}" : null);
            ((int)response.StatusCode).Should().BeLessThan(500, "the body was {0}", Convert.ToHexString(body));
        }

        await ShouldServe();
    }

    private async Task ShouldServe()
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.TwoRows);
        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Probabilities(answer)[0].Should().BeApproximately(OpenInferenceRequest.TwoProbabilities[0], 1e-6f);
    }

    private static byte[] Input(string shape, string data) => Text($$"""{"inputs":[{"name":"hour","shape":{{shape}},"datatype":"FP32","data":{{data}}},{{Origin}}]}""");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
