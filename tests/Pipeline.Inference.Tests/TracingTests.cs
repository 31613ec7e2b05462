using System.Net;
using System.Text;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class TracingTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";
    private const string TraceId = "0AF7651916CD43DD8448EB211C80319C";
    private const string ParentId = "B7AD6B7169203331";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("traces ");
    private readonly PackagedModel _package;

    public TracingTests() => _package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_traced_request_is_a_span_below_its_sender_and_scoring_is_one_below_that()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var service = Start(collector);
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");

        using var response = await PredictAsync(client, $"{{\"rows\":[{Row},{Row}]}}", Traceparent(sampled: true));
        using var metrics = await MetricsAsync(client);
        service.Signal(15);
        (await service.ExitAsync()).ExitCode.Should().Be(0);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        collector.Spans.Should().HaveCount(2, "what is left is sent at the end, and neither probes nor scrapes are traced");
        var server = collector.Spans.Single(span => span.Name == "POST /v1/predict");
        var score = collector.Spans.Single(span => span.Name == "score");
        (server.TraceId, server.ParentId, server.Kind).Should().Be((TraceId, ParentId, 2));
        (score.TraceId, score.ParentId).Should().Be((TraceId, server.SpanId));
        server.Resource["service.name"].Should().Be("delays");
        server.Attributes.Should().Contain(new Dictionary<string, string>
        {
            ["http.request.method"] = "POST",
            ["http.route"] = "/v1/predict",
            ["http.response.status_code"] = "200",
            ["url.path"] = "/v1/predict",
            ["url.scheme"] = "http",
            ["server.address"] = "127.0.0.1",
        });
        score.Attributes.Should().Contain(new Dictionary<string, string>
        {
            ["inference.model.name"] = "delay",
            ["inference.model.version"] = _package.Version,
            ["inference.rows"] = "2",
        });
        (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should()
            .MatchRegex($"inference_request_duration_seconds_bucket\\{{[^}}]*\\}} 1 # \\{{[^}}]*trace_id=\"{TraceId.ToLowerInvariant()}\"");
    }

    [Fact]
    public async Task A_request_without_a_trace_begins_one_and_one_that_is_not_sampled_is_left_alone()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var service = Start(collector);
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");

        using var begun = await PredictAsync(client, "{", traceparent: null);
        using var notSampled = await PredictAsync(client, "{", Traceparent(sampled: false));
        using var broken = await PredictAsync(client, "{", "00-nonsense");
        service.Signal(15);
        await service.ExitAsync();

        var ids = new List<string>();
        foreach (var response in new[] { begun, broken })
        {
            var traceId = (await RunningService.JsonOf(response))["traceId"]!.GetValue<string>().ToUpperInvariant();
            collector.Spans.Should().ContainSingle(span => span.TraceId == traceId).Which.ParentId.Should().BeEmpty();
            ids.Add(traceId);
        }

        ids.Should().OnlyHaveUniqueItems();
        collector.Spans.Should().HaveCount(2).And.OnlyContain(span => span.Status == 0, "a client's fault is no error of the server's");
        (await RunningService.JsonOf(notSampled))["traceId"]!.GetValue<string>().Should().BeEquivalentTo(TraceId);
    }

    [Fact]
    public async Task The_sampler_is_told_by_the_environment()
    {
        await using var collector = await TraceCollector.StartAsync();
        await using var service = Start(collector, ("OTEL_TRACES_SAMPLER", "always_off"));
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");

        using var response = await PredictAsync(client, Row, Traceparent(sampled: true));
        service.Signal(15);
        await service.ExitAsync();

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        collector.Spans.Should().BeEmpty();
    }

    [Fact]
    public async Task A_collector_that_is_gone_holds_up_neither_answers_nor_the_end()
    {
        await using var service = Start("http://127.0.0.1:9");
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");
        for (var i = 0; i < 100; i++)
        {
            using var response = await PredictAsync(client, Row, Traceparent(sampled: true));
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        service.Signal(15);
        var (exitCode, error) = await service.ExitAsync();

        (exitCode, error).Should().Be((0, string.Empty));
    }

    [Fact]
    public async Task Without_an_exporter_problems_still_name_the_trace_of_their_request()
    {
        await using var service = await RunningService.StartAsync();

        using var traced = await PredictAsync(service.Client, "{", Traceparent(sampled: false));
        using var untraced = await PredictAsync(service.Client, "{", traceparent: null);

        (await RunningService.JsonOf(traced))["traceId"]!.GetValue<string>().Should().BeEquivalentTo(TraceId);
        (await RunningService.JsonOf(untraced)).ContainsKey("traceId").Should().BeFalse();
    }

    private static string Traceparent(bool sampled) => $"00-{TraceId.ToLowerInvariant()}-{ParentId.ToLowerInvariant()}-0{(sampled ? 1 : 0)}";

    private static async Task<HttpResponseMessage> PredictAsync(HttpClient client, string body, string? traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/predict") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

        // Else the client would add one of its own.
        if (traceparent is not null)
        {
            request.Headers.Add("traceparent", traceparent);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> MetricsAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", "application/openmetrics-text" } } };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private ServiceProcess Start(TraceCollector collector, params (string Name, string Value)[] more) => Start(collector.Address.ToString(), more);

    private ServiceProcess Start(string endpoint, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "delays",
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return ServiceProcess.Start(["--package", _package.Directory, "--address", "127.0.0.1", "--port", "0"], environment);
    }
}
