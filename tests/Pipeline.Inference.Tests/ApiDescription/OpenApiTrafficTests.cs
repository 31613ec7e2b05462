using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Inference.Tests.ApiDescription;

/// <summary>What the document says is what the service does: its examples are sent, and real answers are held to its schemas.</summary>
public sealed class OpenApiTrafficTests(SharedService shared, ServedTasks served) : IClassFixture<SharedService>, IClassFixture<ServedTasks>
{
    [Theory]
    [MemberData(nameof(ServedTasks.All), MemberType = typeof(ServedTasks))]
    public async Task Every_example_has_the_schema_that_stands_beside_it(string task)
    {
        var service = served[task];
        var document = await OpenApiTests.DocumentAsync(service);
        var checkedExamples = 0;

        foreach (var content in Contents(document).Where(content => content["examples"] is not null))
        {
            var schema = await OpenApiSchema.OfAsync(document, content["schema"]!);
            foreach (var (name, example) in content["examples"]!.AsObject())
            {
                schema.ShouldTake(Resolve(document, example!)["value"], name);
                checkedExamples++;
            }
        }

        checkedExamples.Should().BeGreaterThan(10);
    }

    [Theory]
    [MemberData(nameof(ServedTasks.All), MemberType = typeof(ServedTasks))]
    public async Task Example_requests_are_answered_as_the_document_says(string task)
    {
        var service = served[task];
        var document = await OpenApiTests.DocumentAsync(service);
        var sent = 0;

        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (mediaType, content) in Resolve(document, item!["post"]?["requestBody"])["content"]?.AsObject() ?? [])
            {
                foreach (var (name, example) in content!["examples"]?.AsObject() ?? [])
                {
                    var value = Resolve(document, example!)["value"]!;
                    using var response = await SendAsync(service, path.Replace("{version}", service.Package.Version, StringComparison.Ordinal), mediaType, mediaType == "application/json" ? value.ToJsonString() : (string)value!);
                    var answer = await RunningService.JsonOf(response);

                    ((int)response.StatusCode).Should().Be(200, $"{path} takes its example {name}: {answer}");
                    await ShouldBeAnswerAsync(document, item["post"]!, "200", answer, $"{path} {name}");
                    sent++;
                }
            }
        }

        sent.Should().BeGreaterThan(8);
    }

    [Theory]
    [MemberData(nameof(ServedTasks.All), MemberType = typeof(ServedTasks))]
    public async Task Golden_rows_have_the_schema_of_a_row_and_their_answers_that_of_an_answer(string task)
    {
        var service = served[task];
        var document = await OpenApiTests.DocumentAsync(service);
        var request = await OpenApiSchema.OfAsync(document, document["components"]!["schemas"]!["PredictRequest"]!);
        using var model = await service.GetAsync("/v1/model");

        foreach (var golden in (await RunningService.JsonOf(model))["golden"]!.AsArray())
        {
            request.ShouldTake(golden!["row"], "it is a row");
            using var response = await service.PredictAsync(golden["row"]!.ToJsonString());
            await ShouldBeAnswerAsync(document, document["paths"]!["/v1/predict"]!["post"]!, "200", await RunningService.JsonOf(response), "it is a golden row");
        }
    }

    [Theory]
    [InlineData("""{"hour":7,"origin":"ATL"}""", 200)]
    [InlineData("""{"hour":-5000.5,"origin":"nowhere","distance":null}""", 200)]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL"}]}""", 200)]
    [InlineData("""{"hour":"seven","origin":"ATL"}""", 400)]
    [InlineData("""{"hour":null,"origin":"ATL"}""", 400)]
    [InlineData("""{"origin":"ATL"}""", 400)]
    [InlineData("""{"hour":7,"origin":"ATL","carrier":"AA"}""", 400)]
    [InlineData("""{"rows":[]}""", 400)]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL"}],"more":1}""", 400)]
    public async Task Schema_and_service_take_and_refuse_the_same(string body, int statusCode)
    {
        var document = await OpenApiTests.DocumentAsync(shared.Running);
        var schema = await OpenApiSchema.OfAsync(document, document["components"]!["schemas"]!["PredictRequest"]!);

        using var response = await shared.Running.PredictAsync(body);

        ((int)response.StatusCode).Should().Be(statusCode);
        var answer = await RunningService.JsonOf(response);
        if (statusCode == 200)
        {
            schema.ShouldTake(JsonNode.Parse(body), "the service does");
        }
        else
        {
            schema.ShouldRefuse(JsonNode.Parse(body), "the service does");
            var problem = await OpenApiSchema.OfAsync(document, document["components"]!["schemas"]!["Problem"]!);
            problem.ShouldTake(answer, "it is what the service answers");
        }
    }

    [Theory]
    [InlineData("/v1/model")]
    [InlineData("/v2")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models")]
    [InlineData("/v2/models/stats")]
    [InlineData("/v2/models/delay")]
    [InlineData("/v2/models/delay/config")]
    [InlineData("/v2/models/delay/stats")]
    [InlineData("/v2/models/delay/ready")]
    [InlineData("/v2/models/delay/versions/{version}")]
    [InlineData("/v2/models/delay/versions/{version}/ready")]
    public async Task Answers_about_the_model_have_the_schema_of_the_document(string path)
    {
        foreach (var service in served.Services)
        {
            var document = await OpenApiTests.DocumentAsync(service);

            using var response = await service.GetAsync(path.Replace("{version}", service.Package.Version, StringComparison.Ordinal));

            ((int)response.StatusCode).Should().Be(200);
            await ShouldBeAnswerAsync(document, document["paths"]![path]!["get"]!, "200", await RunningService.JsonOf(response), path);
        }
    }

    private static async Task ShouldBeAnswerAsync(JsonObject document, JsonNode operation, string statusCode, JsonNode answer, string because)
    {
        var content = Resolve(document, operation["responses"]![statusCode]!)["content"]!["application/json"]!;
        var schema = await OpenApiSchema.OfAsync(document, content["schema"]!);
        schema.ShouldTake(answer, because);
    }

    private static IEnumerable<JsonNode> Contents(JsonObject document)
    {
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Where(member => member.Key != "parameters").Select(member => member.Value!).ToList();
        var bodies = operations.Select(operation => operation["requestBody"]).Concat(operations.SelectMany(operation => operation["responses"]!.AsObject()).Select(response => response.Value));
        return bodies.OfType<JsonNode>().SelectMany(body => Resolve(document, body)["content"]?.AsObject() ?? []).Select(content => content.Value!);
    }

    private static JsonObject Resolve(JsonObject document, JsonNode? node)
    {
        if (node?["$ref"] is not { } reference)
        {
            return node?.AsObject() ?? [];
        }

        JsonNode target = document;
        foreach (var part in ((string)reference!).Split('/').Skip(1))
        {
            target = target[part]!;
        }

        return target.AsObject();
    }

    private static async Task<HttpResponseMessage> SendAsync(RunningService service, string path, string mediaType, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        return await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }
}
