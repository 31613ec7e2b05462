using System.Net;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class OpenInferenceJsonTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Origin = """{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"]}""";
    private const string Hour = """{"name":"hour","shape":[1],"datatype":"FP32","data":[7]}""";

    private readonly RunningService _service = shared.Running;

    [Fact]
    public async Task An_answer_holds_the_model_and_both_tensors()
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.TwoRows);

        var (answer, rest) = await OpenInferenceRequest.AnswerOf(response);
        rest.Should().BeEmpty();
        answer.Select(property => property.Key).Should().Equal("model_name", "model_version", "id", "outputs");
        ((string?)answer["model_name"]).Should().Be("delay");
        ((string?)answer["model_version"]).Should().Be(_service.Package.Version);
        answer["outputs"]!.AsArray().Select(output => (string?)output!["name"]).Should().Equal("probability", "label");
        var probability = OpenInferenceRequest.Output(answer, "probability");
        probability["shape"]!.ToJsonString().Should().Be("[2]");
        ((string?)probability["datatype"]).Should().Be("FP32");
        OpenInferenceRequest.Probabilities(answer).Zip(OpenInferenceRequest.TwoProbabilities).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
        OpenInferenceRequest.Output(answer, "label").ToJsonString().Should().Be("""{"name":"label","shape":[2],"datatype":"BYTES","data":["late","on time"]}""");
    }

    [Fact]
    public async Task Golden_rows_get_the_very_probabilities_of_the_native_route()
    {
        using var description = await _service.GetAsync("/v1/model");
        var rows = (await RunningService.JsonOf(description))["golden"]!.AsArray().Select(golden => golden!["row"]!.AsObject()).ToList();
        using var native = await _service.PredictAsync(new JsonObject { ["rows"] = new JsonArray([.. rows.Select(row => row.DeepClone())]) }.ToJsonString());
        var tensors = rows[0].Select(column => new JsonObject
        {
            ["name"] = column.Key,
            ["shape"] = new JsonArray(rows.Count, 1),
            ["datatype"] = column.Key is "hour" or "distance" ? "FP64" : "BYTES",
            ["data"] = new JsonArray([.. rows.Select(row => row[column.Key]?.DeepClone())]),
        });

        using var response = await OpenInferenceRequest.SendAsync(_service, new JsonObject { ["inputs"] = new JsonArray([.. tensors]) }.ToJsonString());

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        var predictions = (await RunningService.JsonOf(native))["predictions"]!.AsArray();
        OpenInferenceRequest.Output(answer, "probability")["data"]!.AsArray().Select(value => value!.ToJsonString()).Should().Equal(predictions.Select(p => p!["probability"]!.ToJsonString()));
        OpenInferenceRequest.Output(answer, "label")["data"]!.AsArray().Select(value => (string?)value).Should().Equal(predictions.Select(p => (string?)p!["label"]));
    }

    [Theory]
    [InlineData("""{"inputs":[{"data":[7],"datatype":"FP32","shape":[1],"name":"hour"},{"data":["ATL"],"shape":[1,1],"name":"origin","datatype":"BYTES"}]}""")]
    [InlineData("""{"outputs":null,"parameters":null,"id":null,"model_name":"x","inputs":[{"datatype":"FP32","data":[[7]],"shape":[1,1],"name":"hour","parameters":null},{"name":"origin","shape":[1],"datatype":"BYTES","data":[["ATL"]]}]}""")]
    [InlineData("""{"inputs":[{"name":"origin","shape":[1],"datatype":"BYTES","data":["\u0041TL"]},{"\u006eame":"h\u006fur","shape":[1],"datatype":"\u0046P64","extra":{"a":[1]},"data":[7.0]}]}""")]
    [InlineData("""{"parameters":{"anything":1,"else":"x","binary_data_output":false},"inputs":[{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"],"parameters":{"content_type":"str"}},{"name":"hour","shape":[1],"datatype":"INT8","data":[7]},{"name":"distance","shape":[1],"datatype":"FP32","data":[null]},{"name":"destination","shape":[1],"datatype":"BYTES","data":[null]}]}""")]
    public async Task Properties_may_have_any_order_and_unknown_ones_are_passed_over(string body)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, body);

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Probabilities(answer).Should().ContainSingle().Which.Should().BeApproximately(TestModel.Probability(7, "ATL", null, null), 1e-6f);
    }

    [Theory]
    [InlineData("INT8", "-7", -7)]
    [InlineData("INT16", "300", 300)]
    [InlineData("INT32", "-70000", -70_000)]
    [InlineData("INT64", "16777217", 16_777_216)]
    [InlineData("INT64", "9007199254740993", 9_007_199_254_740_992)]
    [InlineData("UINT8", "255", 255)]
    [InlineData("UINT16", "65535", 65_535)]
    [InlineData("UINT32", "4294967295", 4_294_967_295)]
    [InlineData("UINT64", "18446744073709551615", 18_446_744_073_709_551_615.0)]
    [InlineData("FP32", "7.25e0", 7.25)]
    [InlineData("FP64", "0.1", 0.1)]
    [InlineData("BOOL", "true", 1)]
    [InlineData("BOOL", "false", 0)]
    public async Task Every_type_of_numbers_is_taken(string datatype, string element, double value)
    {
        var body = $$"""{"inputs":[{"name":"hour","shape":[1],"datatype":"{{datatype}}","data":[{{element}}]},{{Origin}}]}""";

        using var response = await OpenInferenceRequest.SendAsync(_service, body);

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        OpenInferenceRequest.Probabilities(answer).Should().ContainSingle().Which.Should().BeApproximately(TestModel.Probability((float)value, "ATL", null, null), 1e-6f);
    }

    [Theory]
    [InlineData("""{"id":"a \"b\" \u00fc\ud800","inputs":""", "\"a \\\"b\\\" \\u00fc\\ud800\"")]
    [InlineData("""{"id":"","inputs":""", "\"\"")]
    public async Task An_id_is_echoed_as_it_was_spelt(string beginning, string id)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, beginning + OpenInferenceRequest.TwoRows.TrimStart()["{\"inputs\":".Length..]);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("\"id\":" + id + ",");
    }

    [Fact]
    public async Task Without_an_id_each_answer_gets_another_one()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.TwoRows);
            ids.Add((await RunningService.JsonOf(response))["id"]!.GetValue<string>());
        }

        ids.Should().OnlyHaveUniqueItems().And.OnlyContain(id => IsUuid(id));
    }

    [Theory]
    [InlineData("""[{"name":"label"}]""", "label")]
    [InlineData("""[{"name":"label"},{"parameters":{"binary_data":false,"x":1},"name":"probability"}]""", "label", "probability")]
    [InlineData("[]", "probability", "label")]
    public async Task Outputs_are_selected_and_ordered(string outputs, params string[] expected)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, $$"""{"outputs":{{outputs}},"inputs":[{{Hour}},{{Origin}}]}""");

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        answer["outputs"]!.AsArray().Select(output => (string?)output!["name"]).Should().Equal(expected);
    }

    [Theory]
    [InlineData(Hour, "origin: expected an input tensor of BYTES, got none.")]
    [InlineData("", "hour: expected an input tensor of FP32, got none; origin: expected an input tensor of BYTES, got none.")]
    [InlineData(Hour + "," + Hour + "," + Origin, "hour: expected the tensor once, got the tensor again.")]
    [InlineData(Hour + "," + Origin + """,{"name":"Hour","shape":[1],"datatype":"FP32","data":[7]}""", "Hour: expected one of hour, origin, distance, destination, got an unknown tensor.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"BYTES","data":["7"]},""" + Origin, "hour: expected a datatype of numbers, such as FP32, got BYTES.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"INT64","data":[7]}""", "origin: expected datatype BYTES, got INT64.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP16","data":[7]},""" + Origin, "hour: expected FP16 in binary form, got data in JSON, which has no form for it.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"fp32","data":[7]},""" + Origin, "hour: expected a datatype of the protocol, such as FP32 or BYTES, got fp32.")]
    [InlineData("""{"name":"hour","shape":[2],"datatype":"FP32","data":[7]},{"name":"origin","shape":[2],"datatype":"BYTES","data":["ATL","ATL"]}""", "hour: expected 2 elements, as its shape says, got 1.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP32","data":[7,8]},""" + Origin, "hour: expected 1 elements, as its shape says, got more.")]
    [InlineData("""{"name":"hour","shape":[1,1],"datatype":"FP32","data":[[7,8]]},""" + Origin, "hour, row 0: expected one element a row, got several.")]
    [InlineData("""{"name":"hour","shape":[1,1],"datatype":"FP32","data":[[]]},""" + Origin, "hour, row 0: expected one element a row, got an empty array.")]
    [InlineData("""{"name":"hour","shape":[1,1],"datatype":"FP32","data":[[[7]]]},""" + Origin, "hour, row 0: expected a number, got an array.")]
    [InlineData("""{"name":"hour","shape":[2],"datatype":"FP32","data":[7,8]},""" + Origin, "origin: expected 2 rows, as hour has, got 1.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP32","data":["7"]},""" + Origin, "hour, row 0: expected a number, got a string.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP32","data":[null]},""" + Origin, "hour, row 0: expected a number, got null.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP32","data":[1e39]},""" + Origin, "hour, row 0: expected a number within ±3.4e38, got 1e39.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"INT64","data":[7.5]},""" + Origin, "hour, row 0: expected an integer of INT64, got 7.5.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"INT8","data":[128]},""" + Origin, "hour, row 0: expected an integer of INT8, got 128.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"UINT32","data":[-1]},""" + Origin, "hour, row 0: expected an integer of UINT32, got -1.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"BOOL","data":[1]},""" + Origin, "hour, row 0: expected a boolean, got 1.")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"INT64","data":[true]},""" + Origin, "hour, row 0: expected an integer of INT64, got a boolean.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":[7]}""", "origin, row 0: expected a string, got 7.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":[null]}""", "origin, row 0: expected a string, got null.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":["\uFFFF"]}""", "origin, row 0: expected a string, got U+FFFF, which stands for a missing value.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":["\ud800"]}""", "origin, row 0: expected a string, got a string that is no valid Unicode text.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES"}""", "origin: expected data or binary_data_size, got neither.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":null,"parameters":{"shared_memory_region":"x"}}""", "origin: expected data or binary_data_size, got shared memory, which this service does not read.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":"ATL"}""", "origin: expected data as an array, got a string.")]
    [InlineData(Hour + """,{"name":"origin","datatype":"BYTES","data":["ATL"]}""", "origin: expected a tensor with a shape, got none.")]
    [InlineData(Hour + "," + Origin + """,{"shape":[1],"datatype":"BYTES","data":["ATL"]}""", "inputs[2]: expected a tensor with a name, got none.")]
    [InlineData(Hour + "," + Origin + ",7", "inputs[2]: expected a tensor as an object, got a number.")]
    [InlineData(Hour + """,{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"],"data":["ATL"]}""", "origin: expected each property once, got data again.")]
    [InlineData(Hour + """,{"name":"origin","shape":[0],"datatype":"BYTES","data":[]}""", "origin: expected at least one row, got shape [0].")]
    [InlineData("""{"name":"hour","shape":[1],"datatype":"FP32","data":["a"]},{"name":"origin","shape":[1],"datatype":"BYTES","data":[1]},{"name":"distance","shape":[1],"datatype":"FP32","data":[[]]}""", "hour, row 0: expected a number, got a string; origin, row 0: expected a string, got 1; distance, row 0: expected one element a row, got an empty array.")]
    public async Task A_fault_is_told_with_tensor_row_expected_and_got(string inputs, string expected)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, $$"""{"inputs":[{{inputs}}]}""");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await OpenInferenceRequest.ErrorOf(response)).Should().Be(expected);
        using var next = await OpenInferenceRequest.SendAsync(_service, OpenInferenceRequest.TwoRows);
        next.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("\"id\":7", "expected id as a string, got a number.")]
    [InlineData("\"parameters\":[]", "parameters: expected parameters as an object, got an array.")]
    [InlineData("\"parameters\":{\"binary_data_output\":1}", "parameters: expected binary_data_output as a boolean, got a number.")]
    [InlineData("\"outputs\":{}", "outputs: expected an array of tensors, got an object.")]
    [InlineData("\"outputs\":[7]", "outputs: expected a tensor as an object, got a number.")]
    [InlineData("\"outputs\":[{}]", "outputs: expected a tensor's name, got nothing.")]
    [InlineData("\"outputs\":[{\"name\":\"score\"}]", "outputs: expected probability or label, got score.")]
    [InlineData("\"outputs\":[{\"name\":\"\\ud800\"}]", "outputs: expected probability or label, got a text that is no valid Unicode.")]
    [InlineData("\"outputs\":[{\"name\":\"label\"},{\"name\":\"label\"}]", "outputs: expected each tensor once, got label again.")]
    [InlineData("\"outputs\":[{\"name\":\"label\",\"parameters\":{\"classification\":2}}]", "outputs: expected binary_data or no parameter, got classification.")]
    [InlineData("\"inputs\":[]", "expected each property once, got inputs again.")]
    public async Task A_fault_beside_the_inputs_is_told_too(string property, string expected)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, $$"""{"inputs":[{{Hour}},{{Origin}}],{{property}}}""");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await OpenInferenceRequest.ErrorOf(response)).Should().Be(expected);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? contentType)
    {
        using var response = await OpenInferenceRequest.SendAsync(_service, System.Text.Encoding.UTF8.GetBytes(OpenInferenceRequest.TwoRows), contentType: contentType);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Many_faults_are_counted_and_the_first_ten_told()
    {
        var elements = string.Join(',', Enumerable.Repeat("\"x\"", 1_000));

        using var response = await OpenInferenceRequest.SendAsync(_service, $$"""{"inputs":[{"name":"hour","shape":[1000],"datatype":"FP32","data":[{{elements}}]}]}""");

        var error = await OpenInferenceRequest.ErrorOf(response);
        error.Should().StartWith("hour, row 0: expected a number, got a string; hour, row 1: ").And.EndWith(" (1001 faults in all).");
        error.Split(';').Should().HaveCount(10);
    }

    private static bool IsUuid(string id) => Guid.TryParseExact(id, "D", out _);
}
