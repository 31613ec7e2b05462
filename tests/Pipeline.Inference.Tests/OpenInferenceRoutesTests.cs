using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Health;

namespace Pipeline.Inference.Tests;

public sealed class OpenInferenceRoutesTests
{
    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    public async Task The_server_tells_its_name_version_and_extensions(string path)
    {
        await using var service = await RunningService.ListenAsync();

        var server = await Ok(service, path);

        ((string?)server["name"]).Should().Be("pipeline-inference");
        ((string?)server["version"]).Should().MatchRegex(@"^\d+\.\d+\.\d+$");
        server["extensions"]!.AsArray().Select(extension => (string?)extension).Should().Contain("binary_tensor_data");
    }

    [Fact]
    public async Task Health_follows_the_models_loading_and_the_drain()
    {
        await using var service = await RunningService.ListenAsync();

        (await Get(service, "/v2/health/live")).Should().Be((200, """{"live":true}"""));
        (await Get(service, "/v2/health/ready")).Should().Be((503, """{"live":false,"ready":false}"""));
        (await Get(service, "/v2/models")).Should().Be((200, """{"models":[]}"""));
        (await Get(service, "/v2/models/delay/ready")).Should().Be((503, """{"name":"delay","ready":false}"""));
        (await Get(service, "/v2/models/delay")).Should().Be((503, """{"error":"The model is not loaded yet."}"""));
        using (var response = await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows))
        {
            response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
            (await OpenInferenceRequest.ErrorOf(response)).Should().Be("The model is not loaded yet.");
        }

        service.LoadModel();
        (await Get(service, "/v2/health/ready")).Should().Be((200, """{"live":true,"ready":true}"""));
        (await Get(service, "/v2/models")).Should().Be((200, """{"models":["delay"]}"""));
        (await Get(service, "/v2/models/delay/ready")).Should().Be((200, """{"name":"delay","ready":true}"""));

        service.App.Services.GetRequiredService<Readiness>().Drain();
        (await Get(service, "/v2/health/live")).Should().Be((200, """{"live":true}"""));
        (await Get(service, "/v2/health/ready")).Should().Be((503, """{"live":false,"ready":false}"""));
    }

    [Fact]
    public async Task The_models_metadata_name_its_columns_and_outputs()
    {
        await using var service = await RunningService.StartAsync(options => options with { Stage = "production" });

        var model = await Ok(service, "/v2/models/delay");

        model.ToJsonString().Should().Be($$"""
            {"name":"delay","versions":["{{service.Package.Version}}","production"],"platform":"onnx_onnxv1","inputs":[{"name":"hour","datatype":"FP32","shape":[-1,1]},{"name":"origin","datatype":"BYTES","shape":[-1,1]},{"name":"distance","datatype":"FP32","shape":[-1,1]},{"name":"destination","datatype":"BYTES","shape":[-1,1]}],"outputs":[{"name":"probability","datatype":"FP32","shape":[-1]},{"name":"label","datatype":"BYTES","shape":[-1]}]}
            """);
    }

    [Fact]
    public async Task A_version_is_the_packages_its_digest_or_the_stages_name()
    {
        await using var service = await RunningService.StartAsync(options => options with { Stage = "production" });
        var package = service.Package;

        foreach (var version in new[] { package.Version, package.Digest.Hex, package.Digest.ToString(), "production" })
        {
            foreach (var path in new[] { "", "/ready", "/config", "/stats" })
            {
                (await Get(service, $"/v2/models/delay/versions/{version}{path}")).Status.Should().Be(200);
            }

            using var response = await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows, $"/v2/models/delay/versions/{version}/infer");
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        foreach (var path in new[] { "", "/ready", "/config", "/stats" })
        {
            (await Get(service, $"/v2/models/delay/versions/staging{path}"))
                .Should().Be((404, $$"""{"error":"There is no version \u0027staging\u0027 of \u0027delay\u0027 here; the versions are {{package.Version}} and production."}"""));
            (await Get(service, $"/v2/models/Delay{path}")).Should().Be((404, """{"error":"There is no model \u0027Delay\u0027 here; the model served is \u0027delay\u0027."}"""));
        }

        using var other = await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows, "/v2/models/delay/versions/1/infer");
        other.StatusCode.Should().Be(HttpStatusCode.NotFound);
        using var stranger = await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows, "/v2/models/other/infer");
        stranger.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_a_stage_there_is_no_version_of_its_name()
    {
        await using var service = await RunningService.StartAsync();

        (await Get(service, "/v2/models/delay/versions/production")).Status.Should().Be(404);
    }

    [Fact]
    public async Task Tools_get_the_configuration_the_statistics_and_the_index()
    {
        await using var service = await RunningService.StartAsync();
        using (await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows))
        using (await OpenInferenceRequest.SendAsync(service, "{}"))
        {
        }

        var configuration = await Ok(service, "/v2/models/delay/config");
        ((int?)configuration["max_batch_size"]).Should().Be(10_000);
        configuration["input"]![2]!.ToJsonString().Should().Be("""{"name":"distance","data_type":"TYPE_FP32","dims":[1],"optional":true}""");
        configuration["output"]![1]!.ToJsonString().Should().Be("""{"name":"label","data_type":"TYPE_STRING","dims":[]}""");

        foreach (var path in new[] { "/v2/models/delay/stats", "/v2/models/stats" })
        {
            var statistics = (await Ok(service, path))["model_stats"]!.AsArray().Should().ContainSingle().Which!;
            ((string?)statistics["version"]).Should().Be(service.Package.Version);
            ((int?)statistics["inference_count"]).Should().Be(2);
            ((int?)statistics["execution_count"]).Should().Be(1);
            ((int?)statistics["inference_stats"]!["success"]!["count"]).Should().Be(1);
            ((int?)statistics["inference_stats"]!["fail"]!["count"]).Should().Be(1);
            ((int?)statistics["inference_stats"]!["compute_infer"]!["count"]).Should().Be(1);
            ((long?)statistics["inference_stats"]!["compute_infer"]!["ns"]).Should().BePositive();
        }

        using var index = await service.Client.PostAsync(new Uri("/v2/repository/index", UriKind.Relative), null, TestContext.Current.CancellationToken);
        (await index.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be($$"""[{"name":"delay","version":"{{service.Package.Version}}","state":"READY","reason":""}]""");
    }

    [Fact]
    public async Task Requests_are_counted_under_their_protocol()
    {
        await using var service = await RunningService.StartAsync();
        using (await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows))
        using (await OpenInferenceRequest.SendAsync(service, "{}"))
        {
        }

        var (_, metrics) = await Get(service, "/metrics");

        metrics.Should().Contain("protocol=\"v2\",outcome=\"ok\"} 1\n").And.Contain("protocol=\"v2\",outcome=\"invalid\"} 1\n").And.Contain("inference_rows_total{model=\"delay\",version=\"" + service.Package.Version + "\"} 2\n");
    }

    [Theory]
    [InlineData("GET", "/v2/models/delay/infer", 405)]
    [InlineData("POST", "/v2/models", 405)]
    [InlineData("GET", "/v2/nowhere", 404)]
    [InlineData("POST", "/v2/repository/models/delay/load", 404)]
    public async Task Wrong_paths_and_methods_are_told_in_the_protocols_form(string method, string path, int status)
    {
        await using var service = await RunningService.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        ((int)response.StatusCode).Should().Be(status);
        (await OpenInferenceRequest.ErrorOf(response)).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Limits_are_told_in_the_protocols_form()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 1_024, MaxRows = 2 });

        using (var tooLong = await OpenInferenceRequest.SendAsync(service, OpenInferenceRequest.TwoRows + new string(' ', 2_000)))
        {
            tooLong.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
            (await OpenInferenceRequest.ErrorOf(tooLong)).Should().Be("The body may have at most 1024 bytes.");
        }

        using (var tooMany = await OpenInferenceRequest.SendAsync(service, """{"inputs":[{"name":"hour","shape":[3],"datatype":"FP32","data":[1,2,3]}]}"""))
        {
            tooMany.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
            (await OpenInferenceRequest.ErrorOf(tooMany)).Should().Be("hour: expected at most 2 rows, got shape [3].");
        }

        using var content = new StringContent(OpenInferenceRequest.TwoRows);
        content.Headers.ContentEncoding.Add("br2");
        using var compressed = await service.Client.PostAsync(new Uri(OpenInferenceRequest.Path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        compressed.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        (await OpenInferenceRequest.ErrorOf(compressed)).Should().NotBeEmpty();
    }

    private static async Task<(int Status, string Body)> Get(RunningService service, string path)
    {
        using var response = await service.GetAsync(path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<JsonObject> Ok(RunningService service, string path)
    {
        using var response = await service.GetAsync(path);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await RunningService.JsonOf(response);
    }
}
