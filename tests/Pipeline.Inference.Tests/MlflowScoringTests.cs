using System.Net;
using System.Text;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class MlflowScoringTests(SharedService shared) : IClassFixture<SharedService>
{
    // Three rows as the native route takes them; each of the bodies below says the same.
    private const string NativeRows =
        """{"rows":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":22.1,"origin":"Zürich \"Ost\"","distance":null,"destination":"nowhere"},{"hour":0.3,"origin":"never, seen","distance":1e3}]}""";

    private readonly RunningService _service = shared.Running;

    [Theory]
    [InlineData("""{"dataframe_split":{"index":[0,1,2],"columns":["hour","origin","distance","destination"],"data":[[7,"ATL",500,"LAX"],[22.1,"Zürich \"Ost\"",null,"nowhere"],[0.3,"never, seen",1e3,null]]}}""")]
    [InlineData("""{"dataframe_split":{"data":[[7,500,"LAX","ATL"],[22.1,null,"nowhere","Z\u00fcrich \"Ost\""],[0.3,1000.0,null,"never, seen"]],"columns":["hour","distance","destination","origin"]}}""")]
    [InlineData("""{"dataframe_split":{"columns":["id",0,"hour","origin","distance","destination"],"data":[[[1,{}],true,7,"ATL",500,"LAX"],["x",1,22.1,"Zürich \"Ost\"",null,"nowhere"],[{},2,0.3,"never, seen",1000,null]]},"params":{"temperature":1}}""")]
    [InlineData("""{"client":"x","dataframe_records":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":22.1,"origin":"Zürich \"Ost\"","distance":null,"destination":"nowhere"},{"hour":0.3,"origin":"never, seen","distance":1e3}]}""")]
    [InlineData("""{"dataframe_records":[{"id":[1],"destination":"LAX","hour":7,"origin":"ATL","distance":500},{"hour":22.1,"origin":"Zürich \"Ost\"","destination":"nowhere"},{"hour":0.3,"origin":"never, seen","distance":1e3,"destination":null}]}""")]
    [InlineData("""{"instances":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":22.1,"origin":"Zürich \"Ost\"","distance":null,"destination":"nowhere"},{"hour":0.3,"origin":"never, seen","distance":1e3}]}""")]
    [InlineData("""{"inputs":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":22.1,"origin":"Zürich \"Ost\"","distance":null,"destination":"nowhere"},{"hour":0.3,"origin":"never, seen","distance":1e3}]}""")]
    [InlineData("""{"inputs":{"origin":["ATL","Zürich \"Ost\"","never, seen"],"extra":[[1],2],"hour":[7,22.1,0.3],"destination":["LAX","nowhere",null],"distance":[500,null,1e3]}}""")]
    [InlineData("""{"dataframe_split":{"index":[0,1,2],"columns":["hour","origin","distance","destination"],"data":[[7,"ATL",500,"LAX"],[22.1,"Zürich \"Ost\"",NaN,"nowhere"],[0.3,"never, seen",1000.0, NaN]]}, "NaN": "\"NaN"}""")]
    public async Task Every_JSON_format_gives_the_native_routes_answers_bit_for_bit(string body)
    {
        using var response = await InvokeAsync(body);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        response.Headers.GetValues("X-Model-Version").Should().Equal(_service.Package.Version);
        var answer = await RunningService.JsonOf(response);
        answer.Select(property => property.Key).Should().Equal("predictions");
        answer["predictions"]!.ToJsonString().Should().Be(await NativeAnswerAsync());
    }

    [Theory]
    [InlineData("hour,origin,distance,destination\n7,ATL,500,LAX\n22.1,\"Zürich \"\"Ost\"\"\",,nowhere\n0.3,\"never, seen\",1e3,\n")]
    [InlineData("\uFEFF\"destination\",\"distance\",\"origin\",\"hour\"\r\nLAX,500.0,ATL,7\r\n\"nowhere\",\"\",\"Zürich \"\"Ost\"\"\",\"22.1\"\r\n\"\", 1000 ,\"never, seen\",.3")]
    [InlineData("\n,hour,origin,note,distance,destination\r\n0,+7,ATL,\"two\r\nlines\",500,LAX\r\n\r\n1,22.1,\"Zürich \"\"Ost\"\"\",,NaN,nowhere\r\n2,3E-1,\"never, seen\",\"\",1e3,\r\n\r\n")]
    [InlineData("hour,origin,distance,destination\r7,ATL,500,LAX\r22.1,\"Zürich \"\"Ost\"\"\",NA,nowhere\r0.3,\"never, seen\",1000,\"\"")]
    public async Task CSV_gives_the_native_routes_answers_bit_for_bit(string body)
    {
        using var response = await InvokeAsync(body, "text/csv; charset=utf-8");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await RunningService.JsonOf(response))["predictions"]!.ToJsonString().Should().Be(await NativeAnswerAsync());
    }

    [Theory]
    [InlineData("""{"inputs":{"hour":7,"origin":"ATL"}}""", "application/json")]
    [InlineData("""{"inputs":{"hour":7,"origin":["ATL"],"distance":null}}""", "application/json")]
    [InlineData("""{"dataframe_split":{"columns":["hour","origin"],"data":[[7,"ATL"]]}}""", "application/json")]
    [InlineData("hour,origin\n7,ATL", "text/csv")]
    public async Task Columns_that_may_be_missing_may_be_left_out_and_one_row_needs_no_arrays(string body, string contentType)
    {
        using var response = await InvokeAsync(body, contentType);
        using var native = await _service.PredictAsync("""{"hour":7,"origin":"ATL"}""");

        (await RunningService.JsonOf(response))["predictions"]!.ToJsonString().Should().Be((await RunningService.JsonOf(native))["predictions"]!.ToJsonString());
    }

    [Fact]
    public async Task A_model_of_one_column_takes_values_without_its_name()
    {
        await using var service = await RunningService.StartAsync(write: TestModel.WriteOneColumnPackage);
        const string Named = """{"rows":[{"hour":7},{"hour":0.3}]}""";
        using var native = await service.PredictAsync(Named);
        var expected = (await RunningService.JsonOf(native))["predictions"]!.ToJsonString();

        foreach (var body in new[] { """{"instances":[7,0.3]}""", """{"inputs":[7,0.3]}""" })
        {
            using var response = await service.PostAsync("/invocations", Encoding.UTF8.GetBytes(body), "application/json");
            (await RunningService.JsonOf(response))["predictions"]!.ToJsonString().Should().Be(expected);
        }
    }

    [Fact]
    public async Task Ten_thousand_rows_are_answered_as_by_the_native_route()
    {
        var rows = Enumerable.Range(0, 10_000).Select(i => (Hour: i % 24, Distance: i)).ToList();
        using var native = await _service.PredictAsync($$"""{"rows":[{{string.Join(',', rows.Select(row => $$"""{"hour":{{row.Hour}},"origin":"ORD","distance":{{row.Distance}}}"""))}}]}""");
        var expected = (await RunningService.JsonOf(native))["predictions"]!.ToJsonString();

        using var split = await InvokeAsync($$$"""{"dataframe_split":{"columns":["hour","origin","distance"],"data":[{{{string.Join(',', rows.Select(row => $"[{row.Hour},\"ORD\",{row.Distance}]"))}}}]}}""");
        using var csv = await InvokeAsync($"hour,origin,distance\n{string.Join('\n', rows.Select(row => $"{row.Hour},ORD,{row.Distance}"))}", "text/csv");

        (await RunningService.JsonOf(split))["predictions"]!.ToJsonString().Should().Be(expected);
        (await RunningService.JsonOf(csv))["predictions"]!.ToJsonString().Should().Be(expected);
    }

    [Fact]
    public async Task Its_requests_are_counted_apart()
    {
        using var response = await InvokeAsync("""{"inputs":{"hour":7,"origin":"ATL"}}""");
        using var metrics = await _service.GetAsync("/metrics");

        (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().MatchRegex("inference_requests_total\\{.*protocol=\"mlflow\".*outcome=\"ok\".*\\} [1-9]");
    }

    [Theory]
    [InlineData("/ping")]
    [InlineData("/health")]
    public async Task Pings_are_answered_200_once_there_is_a_model_and_503_before_and_while_draining(string path)
    {
        await using var service = await RunningService.ListenAsync();

        using var before = await service.GetAsync(path);
        service.LoadModel();
        using var ready = await service.GetAsync(path);
        Readiness(service).Drain();
        using var draining = await service.GetAsync(path);

        before.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await RunningService.JsonOf(before)).ToJsonString().Should().Be("""{"error_code":"TEMPORARILY_UNAVAILABLE","message":"The model is not loaded yet."}""");
        ready.StatusCode.Should().Be(HttpStatusCode.OK);
        (await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("\n");
        draining.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task The_version_is_that_of_the_protocol_and_names_the_service()
    {
        using var response = await _service.GetAsync("/version");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().MatchRegex(@"^2\.0\.0\+pipeline\.[0-9.]+$");
    }

    private static Health.Readiness Readiness(RunningService service) => (Health.Readiness)service.App.Services.GetService(typeof(Health.Readiness))!;

    private Task<HttpResponseMessage> InvokeAsync(string body, string contentType = "application/json") => _service.PostAsync("/invocations", Encoding.UTF8.GetBytes(body), contentType);

    private async Task<string> NativeAnswerAsync()
    {
        using var native = await _service.PredictAsync(NativeRows);
        return (await RunningService.JsonOf(native))["predictions"]!.ToJsonString();
    }
}
