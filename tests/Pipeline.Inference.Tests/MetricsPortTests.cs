using System.Net;

namespace Pipeline.Inference.Tests;

public sealed class MetricsPortTests
{
    [Theory]
    [InlineData(0, "/metrics", HttpStatusCode.NotFound)]
    [InlineData(0, "/METRICS", HttpStatusCode.NotFound)]
    [InlineData(0, "/health/ready", HttpStatusCode.OK)]
    [InlineData(0, "/v1/model", HttpStatusCode.OK)]
    [InlineData(1, "/metrics", HttpStatusCode.OK)]
    [InlineData(1, "/health/ready", HttpStatusCode.OK)]
    [InlineData(1, "/health/live", HttpStatusCode.OK)]
    [InlineData(1, "/v1/model", HttpStatusCode.NotFound)]
    [InlineData(1, "/", HttpStatusCode.NotFound)]
    public async Task Metrics_have_their_own_port_and_health_is_on_both(int port, string path, HttpStatusCode status)
    {
        await using var service = await RunningService.StartAsync(options => options with { MetricsPort = 0 });

        using var response = await service.Client.GetAsync(new Uri(service.Addresses[port], path), TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(status);
        response.Headers.GetValues("X-Model-Version").Should().Equal(service.Package.Version);
    }

    [Fact]
    public async Task A_Host_header_opens_no_port()
    {
        await using var service = await RunningService.StartAsync(options => options with { MetricsPort = 0 });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(service.Addresses[0], "/metrics"));
        request.Headers.Host = service.Addresses[1].Authority;

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Connections_of_clients_take_none_of_the_metrics_port()
    {
        await using var service = await RunningService.StartAsync(options => options with { MetricsPort = 0, MaxConnections = 1 });
        using var only = await RawClient.ConnectAsync(service.Addresses[0]);
        await only.SendAsync("GET");

        using var response = await service.Client.GetAsync(new Uri(service.Addresses[1], "/health/live"), TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
