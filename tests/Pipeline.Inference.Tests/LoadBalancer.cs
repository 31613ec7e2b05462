using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Pipeline.Inference.Tests;

/// <summary>A reverse proxy before several instances, which asks each every 200 ms whether it is ready and sends requests to those that are. It never sends one twice.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private const string Cluster = "inference";

    private readonly WebApplication _app;

    private LoadBalancer(IReadOnlyList<Uri> instances)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        builder.Services.AddRouting().AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = Cluster, ClusterId = Cluster, Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = Cluster,
                    LoadBalancingPolicy = "RoundRobin",
                    Destinations = instances.ToDictionary(instance => instance.ToString(), instance => new DestinationConfig { Address = instance.ToString() }),
                    HealthCheck = new HealthCheckConfig
                    {
                        Active = new ActiveHealthCheckConfig { Enabled = true, Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromSeconds(5), Path = "/health/ready", Policy = "ConsecutiveFailures" },
                        AvailableDestinationsPolicy = "HealthyAndUnknown",
                    },
                    Metadata = new Dictionary<string, string> { ["ConsecutiveFailuresHealthPolicy.Threshold"] = "1" },
                },
            ]);
        _app = builder.Build();
        _app.MapReverseProxy();
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many instances get requests.</summary>
    public int Available => Lookup.TryGetCluster(Cluster, out var cluster) ? cluster.Destinations.Values.Count(destination => destination.Health.Active == DestinationHealth.Healthy) : 0;

    private IProxyStateLookup Lookup => _app.Services.GetRequiredService<IProxyStateLookup>();

    public static async Task<LoadBalancer> StartAsync(params IReadOnlyList<Uri> instances)
    {
        var balancer = new LoadBalancer(instances);
        await balancer._app.StartAsync(TestContext.Current.CancellationToken);
        return balancer;
    }

    public async Task AvailableShouldBecomeAsync(int count) => await Eventually.HoldsAsync(() =>
    {
        Available.Should().Be(count);
        return Task.CompletedTask;
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
