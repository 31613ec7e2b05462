using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Pipeline.Inference.Tests;

public sealed class VersionHeaderTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Every_answer_on_every_route_names_the_version(string method)
    {
        var routes = shared.Running.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText!);
        string[] paths = [.. routes.Select(Fill).Distinct(), "/", "/nothing/here", "/v2/nothing", "/invocations", "/v1/predict/x"];
        paths.Should().Contain(["/v1/predict", "/health/ready", "/metrics", "/v1/model"]);

        foreach (var path in paths)
        {
            foreach (var body in new[] { string.Empty, "{", Row })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
                request.Content = method == "POST" ? new StringContent(body, Encoding.UTF8, "application/json") : null;
                using var response = await shared.Running.Client.SendAsync(request, TestContext.Current.CancellationToken);
                response.Headers.TryGetValues("X-Model-Version", out var versions).Should().BeTrue("{0} {1} is answered {2}", method, path, response.StatusCode);
                versions.Should().Equal(shared.Running.Package.Version);
            }
        }
    }

    [Fact]
    public async Task So_do_answers_that_refuse_a_request_before_it_is_read()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 1_024, MaxConcurrentRequests = 1, Deadline = TimeSpan.FromSeconds(3) });
        using var slow = await RawClient.ConnectAsync(service.Client.BaseAddress!);
        using var tooLong = await service.PredictAsync(new string(' ', 5_000));
        await slow.SendAsync(RawClient.Post(100));
        await Task.Delay(500, TestContext.Current.CancellationToken);
        using var tooMany = await service.PredictAsync(Row);
        var late = await slow.ReadToEndAsync();

        (tooLong.StatusCode, tooMany.StatusCode).Should().Be((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.TooManyRequests));
        tooLong.Headers.GetValues("X-Model-Version").Should().Equal(service.Package.Version);
        tooMany.Headers.GetValues("X-Model-Version").Should().Equal(service.Package.Version);
        late.Should().StartWith("HTTP/1.1 408").And.Contain($"X-Model-Version: {service.Package.Version}");
    }

    // Any value will do for a part of a path.
    private static string Fill(string route) => "/" + string.Join('/', route.TrimStart('/').Split('/').Select(part => part.StartsWith('{') ? "x" : part));
}
