using System.Globalization;
using System.Net;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class LimitsTests
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    [Fact]
    public async Task A_request_beyond_the_cap_is_429_at_once_while_probes_and_metrics_are_answered()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxConcurrentRequests = 2 });
        using var first = await HeldAsync(service);
        using var second = await HeldAsync(service);
        await InFlightShouldBecome(service, 2);

        using var refused = await service.PredictAsync(Row);
        using var live = await service.GetAsync("/health/live");
        using var ready = await service.GetAsync("/health/ready");
        using var model = await service.GetAsync("/v1/model");

        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        refused.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        new[] { live, ready, model }.Should().OnlyContain(response => response.StatusCode == HttpStatusCode.OK);
        (await MetricsOf(service)).Should().Contain("\ninference_in_flight 2\n", "nobody waited for a place");
        (await CountOf(service, "rejected")).Should().Be(1);
        (await MetricsOf(service)).Should().Contain("\ninference_rejected_total{reason=\"concurrency\"} 1\n");

        await first.SendAsync(Row);
        await InFlightShouldBecome(service, 1);
        using var answered = await service.PredictAsync(Row);
        answered.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/predict", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task The_answer_to_a_body_that_is_too_long_says_that_the_connection_ends(string path, HttpStatusCode status)
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 1_024 });
        using var content = new StringContent(new string('x', 5_000), System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(status);
        response.Headers.ConnectionClose.Should().BeTrue("a client that sent its next request on it would lose it");
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_the_deadline_is_ended_and_answered_504()
    {
        await using var service = await RunningService.StartAsync(options => options with { Deadline = TimeSpan.FromSeconds(1) }, onnx: TestModel.Onnx(slowSteps: 100));

        // All of it would take a minute or two.
        using var response = await service.PredictAsync($"{{\"rows\":[{string.Join(',', Enumerable.Repeat(Row, 10_000))}]}}");

        response.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("The request was not answered within 1 s.");
        (await CountOf(service, "timeout")).Should().Be(1);
        await InFlightShouldBecome(service, 0);
        (await MetricsOf(service)).Should().MatchRegex("\ninference_rows_total\\{[^}]*\\} 0\n", "the run was ended before its end");
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_run()
    {
        await using var service = await RunningService.StartAsync(onnx: TestModel.Onnx(slowSteps: 100));
        var body = $"{{\"rows\":[{string.Join(',', Enumerable.Repeat(Row, 10_000))}]}}";
        using (var client = await RawClient.ConnectAsync(service.Client.BaseAddress!))
        {
            await client.SendAsync(RawClient.Post(body.Length) + body);
            await InFlightShouldBecome(service, 1);
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        await InFlightShouldBecome(service, 0);
        (await CountOf(service, "canceled")).Should().Be(1);
        (await MetricsOf(service)).Should().MatchRegex("\ninference_rows_total\\{[^}]*\\} 0\n", "the run was ended before its end");
    }

    [Fact]
    public async Task A_body_that_has_not_come_by_the_deadline_is_408_and_its_place_is_free()
    {
        await using var service = await RunningService.StartAsync(options => options with { Deadline = TimeSpan.FromSeconds(1), MaxConcurrentRequests = 1 });
        using var slow = await HeldAsync(service);

        var answer = await slow.ReadToEndAsync();

        answer.Should().StartWith("HTTP/1.1 408").And.Contain("Connection: close").And.Contain("The body has not come within 1 s.");
        using var response = await service.PredictAsync(Row);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await CountOf(service, "invalid")).Should().Be(1);
    }

    [Fact]
    public async Task A_sender_of_a_few_bytes_a_second_is_cut_off()
    {
        await using var service = await RunningService.StartAsync(options => options with { Deadline = TimeSpan.FromMinutes(5) });
        using var slow = await HeldAsync(service);
        slow.StartTrickling();

        var answer = await slow.ReadToEndAsync();

        answer.Should().StartWith("HTTP/1.1 408");
        await InFlightShouldBecome(service, 0);
    }

    [Fact]
    public async Task Bodies_beyond_what_is_kept_at_once_are_429_and_small_ones_are_answered()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBufferedBytes = 1 << 20 });

        using (var large = await service.PredictAsync(Row + new string(' ', 3 << 20)))
        {
            large.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
            large.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        }

        // What was taken is given back, each time.
        for (var i = 0; i < 20; i++)
        {
            using var medium = await service.PredictAsync(Row + new string(' ', 200_000));
            medium.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        using var small = await service.PredictAsync(Row);
        small.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(16, HttpStatusCode.BadRequest, "a boolean")]
    [InlineData(8, HttpStatusCode.BadRequest, "maximum configured depth of 8")]
    public async Task JSON_deeper_than_allowed_is_broken(int maxDepth, HttpStatusCode status, string got)
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxJsonDepth = maxDepth });
        var nested = new string('[', 10) + new string(']', 10);

        using var response = await service.PredictAsync($$"""{"rows":[{"hour":true,"origin":"ATL","x":{{nested}}}]}""");

        response.StatusCode.Should().Be(status);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(got);
    }

    [Theory]
    [InlineData("/v1/predict", """{"rows":[{"x":$}]}""")]
    [InlineData("/v2/models/delay/infer", """{"inputs":[{"name":"hour","shape":[1],"datatype":"FP32","data":$}]}""")]
    [InlineData("/invocations", """{"instances":[$]}""")]
    public async Task No_dialect_goes_deeper_than_allowed(string path, string body)
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxJsonDepth = 8 });
        using var content = new StringContent(body.Replace("$", new string('[', 10) + new string(']', 10), StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");

        using var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("maximum configured depth of 8");
    }

    [Fact]
    public async Task Connections_beyond_the_cap_are_closed()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxConnections = 3 });
        using var first = await HeldAsync(service);
        using var second = await HeldAsync(service);

        // Asked by a third connection, which stays open.
        await InFlightShouldBecome(service, 2);
        using var fourth = await RawClient.ConnectAsync(service.Client.BaseAddress!);
        await fourth.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");

        (await fourth.ReadToEndAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_time()
    {
        await using var service = await RunningService.StartAsync(options => options with { KeepAlive = TimeSpan.FromSeconds(1) });
        using var client = await RawClient.ConnectAsync(service.Client.BaseAddress!);
        await client.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");

        (await client.ReadToEndAsync()).Should().StartWith("HTTP/1.1 200");
    }

    private static async Task<RawClient> HeldAsync(RunningService service)
    {
        var client = await RawClient.ConnectAsync(service.Client.BaseAddress!);
        await client.SendAsync(RawClient.Post(Row.Length));
        return client;
    }

    private static async Task InFlightShouldBecome(RunningService service, int count)
    {
        for (var attempt = 0; ; attempt++)
        {
            var text = await MetricsOf(service);
            if (text.Contains(string.Create(CultureInfo.InvariantCulture, $"\ninference_in_flight {count}\n"), StringComparison.Ordinal))
            {
                return;
            }

            attempt.Should().BeLessThan(300, "{0} requests should be in flight", count);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<double> CountOf(RunningService service, string outcome)
    {
        var line = (await MetricsOf(service)).Split('\n').Single(line => line.StartsWith("inference_requests_total{model=\"delay\"", StringComparison.Ordinal) && line.Contains($"protocol=\"native\",outcome=\"{outcome}\"", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static async Task<string> MetricsOf(RunningService service)
    {
        using var metrics = await service.GetAsync("/metrics");
        return await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
