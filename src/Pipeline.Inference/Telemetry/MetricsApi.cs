using Prometheus;

namespace Pipeline.Inference.Telemetry;

/// <summary>GET /metrics, in the format of Prometheus.</summary>
public static class MetricsApi
{
    public static IEndpointRouteBuilder MapMetrics(this IEndpointRouteBuilder routes, InferenceMetrics metrics)
    {
        routes.MapMetrics("/metrics", metrics.Registry);
        return routes;
    }
}
