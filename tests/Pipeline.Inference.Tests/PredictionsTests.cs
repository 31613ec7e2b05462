using System.Net;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class PredictionsTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    private readonly RunningService _service = shared.Running;

    [Fact]
    public async Task Rows_get_their_probabilities_and_labels_in_order()
    {
        using var response = await _service.PredictAsync("""{"rows":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":1,"origin":"ATL","distance":4000,"destination":"DEN"}]}""");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        var answer = await RunningService.JsonOf(response);
        answer["model"]!.ToJsonString().Should().Be($$"""{"name":"delay","version":"{{_service.Package.Version}}","digest":"{{_service.Package.Digest}}"}""");
        Probabilities(answer).Should().SatisfyRespectively(
            first => first.Should().BeApproximately(TestModel.Probability(7, "ATL", 500, "LAX"), 1e-6f),
            second => second.Should().BeApproximately(TestModel.Probability(1, "ATL", 4000, "DEN"), 1e-6f));
        answer["predictions"]!.AsArray().Select(p => p!["label"]!.GetValue<string>()).Should().Equal("late", "on time");
    }

    [Theory]
    [InlineData("""{"destination":"LAX","distance":500,"origin":"ATL","hour":7}""", 7, "ATL", 500.0, "LAX")]
    [InlineData("""{"hour":7.5e0,"origin":"ATL"}""", 7.5, "ATL", null, null)]
    [InlineData("""{"hour":-0,"origin":"never seen","distance":null,"destination":null}""", 0, "never seen", null, null)]
    [InlineData("""{"hour":7,"origin":"Z\u00fcrich \"Ost\"","distance":1e-60,"destination":""}""", 7, "Zürich \"Ost\"", 0.0, "")]
    [InlineData("""{"hour":7,"origin":"\ud83d\uDE00\\ud800\/\n\ud83d\ude00"}""", 7, "unseen", null, null)]
    [InlineData("""{"\u0068our":7,"origin":"a\u0000b\uFFFF"}""", 7, "unseen", null, null)]
    public async Task A_bare_row_may_have_any_order_leave_out_what_may_be_missing_and_hold_unseen_categories(string row, double hour, string origin, double? distance, string? destination)
    {
        using var bare = await _service.PredictAsync(row);
        using var wrapped = await _service.PredictAsync($$"""  {"rows" : [ {{row}} ] } """);

        var expected = TestModel.Probability(hour, origin, distance, destination);
        Probabilities(await RunningService.JsonOf(bare)).Should().ContainSingle().Which.Should().BeApproximately(expected, 1e-6f);
        Probabilities(await RunningService.JsonOf(wrapped)).Should().ContainSingle().Which.Should().BeApproximately(expected, 1e-6f);
    }

    [Fact]
    public async Task The_largest_allowed_number_of_rows_is_answered()
    {
        var rows = Enumerable.Range(0, 10_000).Select(i => $$"""{"hour":{{i % 24}},"origin":"ORD","distance":{{i}}}""");

        using var response = await _service.PredictAsync($$"""{"rows":[{{string.Join(',', rows)}}]}""");

        var probabilities = Probabilities(await RunningService.JsonOf(response));
        probabilities.Should().HaveCount(10_000);
        probabilities[9_999].Should().BeApproximately(TestModel.Probability(9_999 % 24, "ORD", 9_999, null), 1e-5f);
    }

    [Theory]
    [InlineData("""{"rows":[{"hour":"7","origin":"ATL"}]}""", 0, "hour", "a number", "a string")]
    [InlineData("""{"rows":[{"hour":true,"origin":"ATL"}]}""", 0, "hour", "a number", "a boolean")]
    [InlineData("""{"rows":[{"hour":7,"origin":12}]}""", 0, "origin", "a string", "a number")]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL","destination":[1,[2]]}]}""", 0, "destination", "a string or null", "an array")]
    [InlineData("""{"hour":7,"origin":{"code":"ATL"}}""", 0, "origin", "a string", "an object")]
    [InlineData("""{"hour":7}""", 0, "origin", "a string", "nothing")]
    [InlineData("""{"hour":null,"origin":"ATL"}""", 0, "hour", "a number", "null")]
    [InlineData("""{"hour":1e39,"origin":"ATL"}""", 0, "hour", "a number within ±3.4e38", "1e39")]
    [InlineData("""{"hour":-1e400,"origin":"ATL"}""", 0, "hour", "a number within ±3.4e38", "-1e400")]
    [InlineData("""{"hour":7,"origin":"ATL","carrier":"AA"}""", 0, "carrier", "one of hour, origin, distance, destination", "an unknown column")]
    [InlineData("""{"hour":7,"origin":"ATL","Hour":7}""", 0, "Hour", "one of hour, origin, distance, destination", "an unknown column")]
    [InlineData("""{"hour":7,"origin":"ATL","hour":8}""", 0, "hour", "the column once", "the column again")]
    [InlineData("""{"hour":7,"origin":"ATL","\u0068our":8}""", 0, "hour", "the column once", "the column again")]
    [InlineData("""{"hour":7,"origin":"\uFFFF"}""", 0, "origin", "a string", "U+FFFF, which stands for a missing value")]
    [InlineData("""{"hour":7,"origin":"\ud800"}""", 0, "origin", "a string", "a string that is no valid Unicode text")]
    [InlineData("""{"hour":7,"origin":"\ud83d\u0041"}""", 0, "origin", "a string", "a string that is no valid Unicode text")]
    [InlineData("""{"hour":7,"origin":"\\u\udC00"}""", 0, "origin", "a string", "a string that is no valid Unicode text")]
    [InlineData("""{"hour":7,"origin":"ATL","\ud800":1}""", 0, null, "one of hour, origin, distance, destination", "a name that is no valid Unicode text")]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL"},7]}""", 1, null, "a row as an object", "a number")]
    [InlineData("""{"rows":[]}""", null, "rows", "at least one row", "an empty array")]
    [InlineData("""{"rows":{"hour":7}}""", null, "rows", "an array of rows", "an object")]
    [InlineData("""{"rows":null}""", null, "rows", "an array of rows", "null")]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL"}],"model":"x"}""", null, "model", "nothing beside \"rows\"", "a property")]
    [InlineData("""{"model":"x","rows":[{"hour":7,"origin":"ATL"}]}""", null, "model", "nothing beside \"rows\"", "a property")]
    [InlineData("""{"rows":[{"hour":7,"origin":"ATL"}],"rows":[]}""", null, "rows", "the property once", "the property again")]
    [InlineData("""[{"hour":7,"origin":"ATL"}]""", null, null, "{\"rows\":[…]} or one row as an object", "an array")]
    [InlineData("7", null, null, "{\"rows\":[…]} or one row as an object", "a number")]
    [InlineData("", null, null, "{\"rows\":[…]} or one row as an object", "an empty body")]
    public async Task A_fault_is_told_with_row_field_expected_and_got(string body, int? row, string? field, string expected, string got)
    {
        using var response = await _service.PredictAsync(body);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/problem+json");
        var problem = await RunningService.JsonOf(response);
        problem["status"]!.GetValue<int>().Should().Be(400);
        problem["title"]!.GetValue<string>().Should().Be("Bad Request");
        var fault = problem["errors"]!.AsArray().Should().ContainSingle().Which!;
        ((int?)fault["row"]).Should().Be(row);
        ((string?)fault["field"]).Should().Be(field);
        ((string?)fault["expected"]).Should().Be(expected);
        ((string?)fault["got"]).Should().Be(got);
        await ShouldStillServe();
    }

    [Fact]
    public async Task All_faults_are_told_at_once()
    {
        using var response = await _service.PredictAsync("""{"rows":[{"hour":"x","origin":1,"carrier":0},{"hour":1,"origin":"ATL"},{}]}""");

        var problem = await RunningService.JsonOf(response);
        problem["errors"]!.AsArray().Select(f => $"{f!["row"]} {f["field"]}").Should().Equal("0 hour", "0 origin", "0 carrier", "2 hour", "2 origin");
        problem["errorCount"]!.GetValue<int>().Should().Be(5);
        problem["detail"]!.GetValue<string>().Should().Be("row 0, hour: expected a number, got a string (5 faults in all).");
    }

    [Fact]
    public async Task A_thousand_faults_are_counted_and_the_first_hundred_told()
    {
        using var response = await _service.PredictAsync($$"""{"rows":[{{string.Join(',', Enumerable.Repeat("1", 1_000))}}]}""");

        var problem = await RunningService.JsonOf(response);
        problem["errors"]!.AsArray().Should().HaveCount(100);
        problem["errorCount"]!.GetValue<int>().Should().Be(1_000);
    }

    [Fact]
    public async Task Too_many_rows_are_413()
    {
        using var response = await _service.PredictAsync($$"""{"rows":[{{string.Join(',', Enumerable.Repeat(Row, 10_001))}}]}""");

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("rows: expected at most 10000 rows, got more.");
    }

    [Theory]
    [InlineData("text/csv", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("Application/JSON", HttpStatusCode.OK)]
    public async Task Only_JSON_in_UTF_8_is_taken(string? contentType, HttpStatusCode expected)
    {
        using var response = await _service.PredictAsync(System.Text.Encoding.UTF8.GetBytes(Row), contentType);

        response.StatusCode.Should().Be(expected);
    }

    [Theory]
    [InlineData("GET", "/v1/predict", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("POST", "/v3/models", 404)]
    public async Task Wrong_paths_and_methods_get_a_problem_document(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).Should().Be(status);
        (await RunningService.JsonOf(response))["status"]!.GetValue<int>().Should().Be(status);
    }

    [Fact]
    public async Task Every_answer_names_the_models_version()
    {
        foreach (var path in new[] { "/v1/model", "/health/live", "/health/ready", "/metrics", "/v1/predict", "/nowhere" })
        {
            using var response = await _service.GetAsync(path);
            response.Headers.GetValues("X-Model-Version").Should().Equal(_service.Package.Version);
        }
    }

    private async Task ShouldStillServe()
    {
        using var response = await _service.PredictAsync(Row);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static List<float> Probabilities(JsonObject answer) => [.. answer["predictions"]!.AsArray().Select(p => p!["probability"]!.GetValue<float>())];
}
