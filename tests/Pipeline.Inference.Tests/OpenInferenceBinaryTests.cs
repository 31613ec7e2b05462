using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class OpenInferenceBinaryTests(SharedService shared) : IClassFixture<SharedService>
{
    private static readonly JsonObject BinaryOutputs = new() { ["binary_data_output"] = true };

    private readonly RunningService _service = shared.Running;

    public static TheoryData<string, byte[], double> Numbers => new()
    {
        { "FP32", OpenInferenceRequest.Floats(7.5f), 7.5 },
        { "FP64", OpenInferenceRequest.Bytes([0.1], 8, BinaryPrimitives.WriteDoubleLittleEndian), 0.1 },
        { "FP16", OpenInferenceRequest.Bytes([(Half)22.5f], 2, BinaryPrimitives.WriteHalfLittleEndian), 22.5 },
        { "BF16", [0xB4, 0x41], 22.5 },
        { "INT8", [0xF9], -7 },
        { "INT16", OpenInferenceRequest.Bytes([(short)-300], 2, BinaryPrimitives.WriteInt16LittleEndian), -300 },
        { "INT32", OpenInferenceRequest.Bytes([-70_000], 4, BinaryPrimitives.WriteInt32LittleEndian), -70_000 },
        { "INT64", OpenInferenceRequest.Bytes([16_777_217L], 8, BinaryPrimitives.WriteInt64LittleEndian), 16_777_217 },
        { "UINT8", [0xFF], 255 },
        { "UINT16", [0xFF, 0xFF], 65_535 },
        { "UINT32", [0xFF, 0xFF, 0xFF, 0xFF], uint.MaxValue },
        { "UINT64", OpenInferenceRequest.Bytes([ulong.MaxValue], 8, BinaryPrimitives.WriteUInt64LittleEndian), ulong.MaxValue },
        { "BOOL", [1], 1 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Every_type_of_numbers_is_taken(string datatype, byte[] bytes, double value)
    {
        // Twice: the second request is read by what the first one said.
        for (var i = 0; i < 2; i++)
        {
            using var response = await new OpenInferenceRequest().Add("hour", datatype, 1, bytes).Add("origin", "BYTES", 1, OpenInferenceRequest.Texts("ATL")).SendAsync(_service);

            var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
            OpenInferenceRequest.Probabilities(answer).Should().ContainSingle().Which.Should().BeApproximately(TestModel.Probability((float)value, "ATL", null, null), 1e-6f);
        }
    }

    [Fact]
    public async Task Golden_rows_get_the_very_probabilities_of_the_native_route_in_binary_form()
    {
        using var description = await _service.GetAsync("/v1/model");
        var rows = (await RunningService.JsonOf(description))["golden"]!.AsArray().Select(golden => golden!["row"]!.AsObject()).Where(row => row["destination"] is not null).ToList();
        using var native = await _service.PredictAsync(new JsonObject { ["rows"] = new JsonArray([.. rows.Select(row => row.DeepClone())]) }.ToJsonString());
        float[] Column(string name) => [.. rows.Select(row => (float?)row[name] ?? float.NaN)];
        string[] Names(string name) => [.. rows.Select(row => (string)row[name]!)];
        var request = new OpenInferenceRequest { Json = { ["parameters"] = BinaryOutputs.DeepClone() } }
            .Add("hour", "FP32", rows.Count, OpenInferenceRequest.Floats(Column("hour")))
            .Add("origin", "BYTES", rows.Count, OpenInferenceRequest.Texts(Names("origin")))
            .Add("distance", "FP32", rows.Count, OpenInferenceRequest.Floats(Column("distance")))
            .Add("destination", "BYTES", rows.Count, OpenInferenceRequest.Texts(Names("destination")));
        var predictions = (await RunningService.JsonOf(native))["predictions"]!.AsArray();
        byte[] expected =
        [
            .. OpenInferenceRequest.Floats([.. predictions.Select(p => p!["probability"]!.GetValue<float>())]),
            .. OpenInferenceRequest.Texts([.. predictions.Select(p => (string)p!["label"]!)]),
        ];

        for (var i = 0; i < 2; i++)
        {
            using var response = await request.SendAsync(_service);
            var (answer, binary) = await OpenInferenceRequest.AnswerOf(response);
            binary.Should().Equal(expected);
            ((int?)OpenInferenceRequest.Output(answer, "probability")["parameters"]!["binary_data_size"]).Should().Be(4 * rows.Count);
            ((int?)OpenInferenceRequest.Output(answer, "label")["parameters"]!["binary_data_size"]).Should().Be(expected.Length - (4 * rows.Count));
            OpenInferenceRequest.Output(answer, "label").AsObject().ContainsKey("data").Should().BeFalse();
        }
    }

    [Fact]
    public async Task NaN_is_a_missing_value_and_the_empty_string_is_a_value()
    {
        using var response = await Two().Add("distance", "FP32", 2, OpenInferenceRequest.Floats(float.NaN, 31)).Add("destination", "BYTES", 2, OpenInferenceRequest.Texts("", "LAX")).SendAsync(_service);

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Probabilities(answer).Should().SatisfyRespectively(
            first => first.Should().BeApproximately(TestModel.Probability(7, "ATL", null, ""), 1e-6f),
            second => second.Should().BeApproximately(TestModel.Probability(8, "never seen", 31, "LAX"), 1e-6f));
    }

    [Fact]
    public async Task An_output_says_for_itself_whether_it_is_binary()
    {
        var request = Two().Add("destination", "BYTES", 2, OpenInferenceRequest.Texts("LAX", "DEN"));
        request.Json["outputs"] = JsonNode.Parse("""[{"name":"label"},{"name":"probability","parameters":{"binary_data":false}}]""");
        request.Json["parameters"] = BinaryOutputs.DeepClone();

        using var response = await request.SendAsync(_service);

        var (answer, binary) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Probabilities(answer).Should().HaveCount(2);
        binary.Should().Equal(OpenInferenceRequest.Texts("late", "on time"));
    }

    [Fact]
    public async Task Inputs_in_JSON_may_have_binary_outputs_and_the_other_way_round()
    {
        using var binary = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.TwoRows.TrimEnd()[..^1] + ""","parameters":{"binary_data_output":true}}""");
        var json = """{"inputs":[{"name":"hour","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}},{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"]}]}""";
        using var mixed = await OpenInferenceRequest.SendAsync(_service, [.. Encoding.UTF8.GetBytes(json), .. OpenInferenceRequest.Floats(7)], $"{json.Length}");

        (await OpenInferenceRequest.AnswerOf(binary)).Binary.Should().HaveCount(8 + 8 + 11);
        mixed.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "another, longer one")]
    [InlineData("a", "Zürich \"Ost\"")]
    [InlineData("a", "\\")]
    [InlineData("", "b")]
    [InlineData(null, "a")]
    public async Task Requests_that_differ_in_their_ids_alone_get_their_own_answers(string? first, string second)
    {
        foreach (var (id, hour) in new[] { (first, 7f), (second, 8f), (first, 9f) })
        {
            var request = new OpenInferenceRequest();
            if (id is not null)
            {
                request.Json["id"] = id;
            }

            using var response = await request.Add("hour", "FP32", 1, OpenInferenceRequest.Floats(hour)).Add("origin", "BYTES", 1, OpenInferenceRequest.Texts("ATL")).SendAsync(_service);

            var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
            OpenInferenceRequest.Probabilities(answer)[0].Should().BeApproximately(TestModel.Probability(hour, "ATL", null, null), 1e-6f);
            if (id is not null)
            {
                ((string?)answer["id"]).Should().Be(id);
            }
        }
    }

    [Fact]
    public async Task An_id_that_ends_its_own_string_is_not_taken_for_one()
    {
        // The same beginning and end as a request before, with a second property in the place of the id.
        const string After = "\",\"inputs\":[{\"name\":\"hour\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}},{\"name\":\"origin\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":7}}]}";
        byte[] tensors = [.. OpenInferenceRequest.Floats(7), .. OpenInferenceRequest.Texts("ATL")];
        var statuses = new List<HttpStatusCode>();
        foreach (var id in new[] { "0123456789012345", "0\",\"outputs\":7,\"", "012345678901234\n" })
        {
            var json = Encoding.UTF8.GetBytes("{\"id\":\"" + id + After);
            using var response = await OpenInferenceRequest.SendAsync(_service, [.. json, .. tensors], $"{json.Length}");
            statuses.Add(response.StatusCode);
        }

        statuses.Should().Equal(HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(FeatureKind.Numeric, 3)]
    [InlineData(FeatureKind.Categorical, 1)]
    public async Task A_model_of_one_input_takes_its_elements_without_JSON(FeatureKind kind, int rows)
    {
        using var directory = new TemporaryDirectory();
        var package = TestModel.WriteOneColumnPackage(directory.Path, kind);
        await using var service = await RunningService.StartAsync(options => options with { PackageDirectory = package.Directory });
        var body = kind == FeatureKind.Numeric ? OpenInferenceRequest.Floats(0, 1, -2) : "ATL"u8.ToArray();

        using var response = await OpenInferenceRequest.SendAsync(service, body, "0", contentType: "application/octet-stream");
        using var odd = await OpenInferenceRequest.SendAsync(service, [1, 2, 3], "0");

        var (answer, binary) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Output(answer, "probability")["shape"]!.ToJsonString().Should().Be($"[{rows}]");
        BinaryPrimitives.ReadSingleLittleEndian(binary).Should().BeApproximately(TestModel.Logistic(kind == FeatureKind.Numeric ? 0 : TestModel.OriginCodes["ATL"]), 1e-6f);
        odd.StatusCode.Should().Be(kind == FeatureKind.Numeric ? HttpStatusCode.BadRequest : HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_model_of_several_inputs_needs_JSON()
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.Floats(7), "0");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await OpenInferenceRequest.ErrorOf(response)).Should().Be("Inference-Header-Content-Length: expected the JSON's length, for this model has 4 inputs, got 0, which is for models with one.");
    }

    private static OpenInferenceRequest Two() => new OpenInferenceRequest().Add("hour", "FP32", 2, OpenInferenceRequest.Floats(7, 8)).Add("origin", "BYTES", 2, OpenInferenceRequest.Texts("ATL", "never seen"));
}
