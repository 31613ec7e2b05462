using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>Models of several classes and of a number, in every dialect.</summary>
public sealed class TaskAnswersTests(ServedTasks served) : IClassFixture<ServedTasks>
{
    private const string TwoRows = """{"rows":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":1,"origin":"never seen","distance":null,"destination":"DEN"}]}""";

    private const string TwoTensors = """
        "inputs":[{"name":"hour","shape":[2],"datatype":"FP32","data":[7,1]},{"name":"origin","shape":[2,1],"datatype":"BYTES","data":["ATL","never seen"]},
        {"name":"distance","shape":[2],"datatype":"FP32","data":[500,null]},{"name":"destination","shape":[2],"datatype":"BYTES","data":["LAX","DEN"]}]
        """;

    private static readonly TestModelRow[] Rows = [new(7, "ATL", 500, "LAX"), new(1, "never seen", null, "DEN")];

    private static readonly MulticlassOutputs Classes = new(TestModel.Classes);

    private RunningService ClassService => served[ModelTask.Multiclass];

    private RunningService NumberService => served[ModelTask.Regression];

    [Theory]
    [InlineData("/v1/predict", TwoRows, "application/json")]
    [InlineData("/invocations", """{"dataframe_split":{"columns":["hour","origin","distance","destination"],"data":[[7,"ATL",500,"LAX"],[1,"never seen",null,"DEN"]]}}""", "application/json")]
    [InlineData("/invocations", "hour,origin,distance,destination\n7,ATL,500,LAX\n1,never seen,,DEN\n", "text/csv")]
    public async Task Rows_are_answered_with_each_classs_probability_in_order_and_the_most_probable_ones_name(string path, string body, string contentType)
    {
        using var response = await ClassService.PostAsync(path, Encoding.UTF8.GetBytes(body), contentType);

        var predictions = (await Ok(response))["predictions"]!.AsArray();
        predictions.Should().HaveCount(2);
        foreach (var (prediction, row) in predictions.Zip(Rows))
        {
            var expected = TestModel.ClassProbabilities(row, TestModel.Classes);
            var members = prediction!.AsObject();
            members.Select(member => member.Key).Should().Equal("probabilities", "label");
            Floats(members["probabilities"]!).Zip(expected).Should().HaveCount(3).And.OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
            ((string?)members["label"]).Should().Be(Classes.LabelOf(expected));
        }

        predictions.Select(prediction => (string?)prediction!["label"]).Should().OnlyHaveUniqueItems("the rows are of two classes");
    }

    [Theory]
    [InlineData("/v1/predict", TwoRows, "application/json")]
    [InlineData("/invocations", """{"instances":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":1,"origin":"never seen","destination":"DEN"}]}""", "application/json")]
    [InlineData("/invocations", "hour,origin,distance,destination\n7,ATL,500,LAX\n1,never seen,,DEN\n", "text/csv")]
    public async Task Rows_are_answered_with_a_number_and_no_label(string path, string body, string contentType)
    {
        using var response = await NumberService.PostAsync(path, Encoding.UTF8.GetBytes(body), contentType);

        var predictions = (await Ok(response))["predictions"]!.AsArray();
        predictions.Should().OnlyContain(prediction => prediction!.AsObject().Single().Key == "prediction");
        predictions.Select(prediction => (float)prediction!["prediction"]!).Zip(Rows.Select(TestModel.Number)).Should().HaveCount(2).And.OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-3f);
    }

    [Fact]
    public async Task The_answer_names_the_model_before_the_predictions()
    {
        foreach (var service in served.Services)
        {
            using var response = await service.PredictAsync(TwoRows);

            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().StartWith($$"""{"model":{"name":"delay","version":"{{service.Package.Version}}","digest":"{{service.Package.Digest}}"},"predictions":[{"{{service.Package.Manifest.Outputs.Tensor}}":""");
        }
    }

    [Fact]
    public async Task Tensors_of_several_classes_are_a_matrix_of_probabilities_and_their_labels()
    {
        using var response = await OpenInferenceRequest.SendAsync(ClassService, $"{{{TwoTensors}}}");

        var (answer, _) = await OpenInferenceRequest.AnswerOf(response);
        answer["outputs"]!.AsArray().Select(output => (string?)output!["name"]).Should().Equal("probabilities", "label");
        var probabilities = OpenInferenceRequest.Output(answer, "probabilities");
        (probabilities["shape"]!.ToJsonString(), (string?)probabilities["datatype"]).Should().Be(("[2,3]", "FP32"));
        Floats(probabilities["data"]!).Zip(ExpectedProbabilities()).Should().HaveCount(6).And.OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
        var label = OpenInferenceRequest.Output(answer, "label");
        (label["shape"]!.ToJsonString(), (string?)label["datatype"]).Should().Be(("[2]", "BYTES"));
        label["data"]!.AsArray().Select(text => (string?)text).Should().Equal(ExpectedLabels());
    }

    [Fact]
    public async Task Tensors_in_binary_form_are_little_endian_numbers_row_by_row_and_texts_with_their_lengths()
    {
        using var response = await OpenInferenceRequest.SendAsync(ClassService, $"{{\"parameters\":{{\"binary_data_output\":true}},{TwoTensors}}}");

        var (answer, binary) = await OpenInferenceRequest.AnswerOf(response);
        ((int)OpenInferenceRequest.Output(answer, "probabilities")["parameters"]!["binary_data_size"]!).Should().Be(6 * sizeof(float));
        Enumerable.Range(0, 6).Select(i => BinaryPrimitives.ReadSingleLittleEndian(binary.AsSpan(i * sizeof(float)))).Zip(ExpectedProbabilities()).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-6f);
        binary[(6 * sizeof(float))..].Should().Equal(OpenInferenceRequest.Texts(ExpectedLabels()));
    }

    [Fact]
    public async Task A_number_is_one_tensor_without_a_label()
    {
        using var response = await OpenInferenceRequest.SendAsync(NumberService, $"{{{TwoTensors}}}");
        using var inBinary = await OpenInferenceRequest.SendAsync(NumberService, $"{{\"outputs\":[{{\"name\":\"prediction\",\"parameters\":{{\"binary_data\":true}}}}],{TwoTensors}}}");

        var output = (await OpenInferenceRequest.AnswerOf(response)).Json["outputs"]!.AsArray().Should().ContainSingle().Subject!;
        (output["shape"]!.ToJsonString(), (string?)output["name"], (string?)output["datatype"]).Should().Be(("[2]", "prediction", "FP32"));
        var numbers = Floats(output["data"]!);
        numbers.Zip(Rows.Select(TestModel.Number)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-3f);
        (await OpenInferenceRequest.AnswerOf(inBinary)).Binary.Should().Equal(OpenInferenceRequest.Floats(numbers));
    }

    [Fact]
    public async Task Only_the_tensors_that_were_asked_for_are_answered()
    {
        using var response = await OpenInferenceRequest.SendAsync(ClassService, $"{{\"outputs\":[{{\"name\":\"label\"}}],{TwoTensors}}}");

        (await OpenInferenceRequest.AnswerOf(response)).Json["outputs"]!.AsArray().Should().ContainSingle().Which!["name"]!.GetValue<string>().Should().Be("label");
    }

    [Theory]
    [InlineData(ModelTask.Binary, "probabilities", "outputs: expected probability or label, got probabilities.")]
    [InlineData(ModelTask.Multiclass, "probability", "outputs: expected probabilities or label, got probability.")]
    [InlineData(ModelTask.Regression, "label", "outputs: expected prediction, got label.")]
    public async Task A_tensor_that_the_model_does_not_have_is_refused_with_those_that_it_has(string task, string asked, string error)
    {
        using var response = await OpenInferenceRequest.SendAsync(served[task], $"{{\"outputs\":[{{\"name\":\"{asked}\"}}],{TwoTensors}}}");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await OpenInferenceRequest.ErrorOf(response)).Should().Be(error);
    }

    [Theory]
    [InlineData(ModelTask.Binary, "probability")]
    [InlineData(ModelTask.Multiclass, "probabilities")]
    [InlineData(ModelTask.Regression, "prediction")]
    public async Task A_tensor_that_is_asked_for_twice_is_refused_by_its_name(string task, string asked)
    {
        using var response = await OpenInferenceRequest.SendAsync(served[task], $"{{\"outputs\":[{{\"name\":\"{asked}\"}},{{\"name\":\"{asked}\"}}],{TwoTensors}}}");

        (await OpenInferenceRequest.ErrorOf(response)).Should().Be($"outputs: expected each tensor once, got {asked} again.");
    }

    [Theory]
    [InlineData(ModelTask.Binary, """[{"name":"probability","datatype":"FP32","shape":[-1]},{"name":"label","datatype":"BYTES","shape":[-1]}]""", """[{"name":"probability","data_type":"TYPE_FP32","dims":[]},{"name":"label","data_type":"TYPE_STRING","dims":[]}]""")]
    [InlineData(ModelTask.Multiclass, """[{"name":"probabilities","datatype":"FP32","shape":[-1,3]},{"name":"label","datatype":"BYTES","shape":[-1]}]""", """[{"name":"probabilities","data_type":"TYPE_FP32","dims":[3]},{"name":"label","data_type":"TYPE_STRING","dims":[]}]""")]
    [InlineData(ModelTask.Regression, """[{"name":"prediction","datatype":"FP32","shape":[-1]}]""", """[{"name":"prediction","data_type":"TYPE_FP32","dims":[]}]""")]
    public async Task The_protocols_documents_tell_the_tensors(string task, string metadata, string configuration)
    {
        using var described = await served[task].GetAsync("/v2/models/delay");
        using var configured = await served[task].GetAsync("/v2/models/delay/config");

        (await Ok(described))["outputs"]!.ToJsonString().Should().Be(metadata);
        (await Ok(configured))["output"]!.ToJsonString().Should().Be(configuration);
    }

    [Fact]
    public async Task The_models_description_tells_the_classes_in_the_order_of_their_probabilities_or_the_quantity()
    {
        using var classes = await ClassService.GetAsync("/v1/model");
        using var number = await NumberService.GetAsync("/v1/model");

        var described = await Ok(classes);
        ((string?)described["task"]).Should().Be("multiclass");
        described["outputs"]!["classes"]!.AsArray().Select(name => (string?)name).Should().Equal(TestModel.Classes);
        described["golden"]![0]!.AsObject().Select(member => member.Key).Should().Equal("row", "probabilities", "label");
        var quantity = await Ok(number);
        quantity["outputs"]!.ToJsonString().Should().Be("""{"quantity":"delay_minutes","unit":"min"}""");
        quantity["golden"]![0]!.AsObject().Select(member => member.Key).Should().Equal("row", "prediction");
    }

    [Fact]
    public async Task A_thousand_classes_are_answered_and_fewer_rows_of_them_at_once()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxRows = 2_000 }, write: directory => TestModel.WriteClassesPackage(directory, 1_000));
        static string Rows(int count) => $$"""{"rows":[{{string.Join(',', Enumerable.Repeat("""{"hour":7,"origin":"ATL"}""", count))}}]}""";

        using var most = await service.PredictAsync(Rows(20));
        using var more = await service.PredictAsync(Rows(21));
        using var tensors = await OpenInferenceRequest.SendAsync(service, """{"inputs":[{"name":"hour","shape":[21],"datatype":"FP32","data":[]}]}""");
        using var configuration = await service.GetAsync("/v2/models/delay/config");
        using var document = await service.GetAsync("/openapi/v1.json");

        var predictions = (await Ok(most))["predictions"]!.AsArray();
        predictions.Should().HaveCount(20);
        predictions.Should().OnlyContain(prediction => prediction!["probabilities"]!.AsArray().Count == 1_000);
        Floats(predictions[0]!["probabilities"]!).Sum().Should().BeApproximately(1, 1e-4f);
        more.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await more.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("at most 20 rows");
        tensors.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        ((int)(await Ok(configuration))["max_batch_size"]!).Should().Be(20);
        var schemas = (await Ok(document))["components"]!["schemas"]!;
        ((int)schemas["Rows"]!["properties"]!["rows"]!["maxItems"]!).Should().Be(20);
        schemas["Prediction"]!["properties"]!["label"]!["enum"].Should().BeNull("nobody reads a thousand names");
    }

    [Theory]
    [InlineData(10, 10_000)]
    [InlineData(11, 9_090)]
    [InlineData(1_000, 100)]
    public async Task Rows_of_up_to_ten_numbers_are_as_many_as_the_service_allows(int classes, int rows)
    {
        await using var service = await RunningService.StartAsync(write: directory => TestModel.WriteClassesPackage(directory, classes));
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;

        (model.MaxRowsOf(10_000), model.MaxRowsOf(1)).Should().Be((rows, 1));
    }

    [Theory]
    [InlineData("/v1/predict", """{"rows":[{"hour":7,"origin":"ATL"},{"hour":3e38,"origin":"ATL"}]}""", "row 1: expected values whose prediction is within ±3.4e38, got greater ones.")]
    [InlineData("/invocations", """{"instances":[{"hour":7,"origin":"ATL"},{"hour":3e38,"origin":"ATL"}]}""", "row 1: expected values whose prediction is within ±3.4e38, got greater ones.")]
    [InlineData("/v2/models/delay/infer", """{"inputs":[{"name":"hour","shape":[2],"datatype":"FP32","data":[7,-3e38]},{"name":"origin","shape":[2],"datatype":"BYTES","data":["ATL","ATL"]}]}""", "row 1: expected values whose prediction is within ±3.4e38, got greater ones.")]
    public async Task Values_whose_number_would_be_greater_than_any_are_the_requests_fault(string path, string body, string message)
    {
        using var response = await NumberService.PostAsync(path, Encoding.UTF8.GetBytes(body), "application/json");
        using var after = await NumberService.PredictAsync(TwoRows);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var error = await RunningService.JsonOf(response);
        ((string?)(error["detail"] ?? error["message"] ?? error["error"])).Should().Be(message);
        after.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_page_for_people_says_what_is_answered()
    {
        using var classes = await ClassService.GetAsync("/openapi/v1.json");
        using var number = await NumberService.GetAsync("/openapi/v1.json");

        ((string?)(await Ok(classes))["info"]!["description"]).Should().StartWith("Answers the probability of each of 3 classes and the label of the most probable one: `early`, `on time`, `very \"späť\"`. A row has these columns:");
        ((string?)(await Ok(number))["info"]!["description"]).Should().StartWith("Answers a number: `delay_minutes` in min. A row has these columns:");
    }

    private static float[] ExpectedProbabilities() => [.. Rows.SelectMany(row => TestModel.ClassProbabilities(row, TestModel.Classes))];

    private static string[] ExpectedLabels() => [.. Rows.Select(row => Classes.LabelOf(TestModel.ClassProbabilities(row, TestModel.Classes))!)];

    private static float[] Floats(JsonNode array) => [.. array.AsArray().Select(number => (float)number!)];

    private static async Task<JsonObject> Ok(HttpResponseMessage response)
    {
        response.StatusCode.Should().Be(HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await RunningService.JsonOf(response);
    }
}
