namespace Pipeline.Inference.Hosting;

/// <summary>Marks the connections that came in at the port of the metrics.</summary>
internal sealed class MetricsConnection
{
    private static readonly PathString Metrics = "/metrics";
    private static readonly PathString Health = "/health";

    private MetricsConnection()
    {
    }

    public static MetricsConnection Mark { get; } = new();

    /// <summary>Keeps /metrics to its own port, and that port to /metrics and health. To be used only if there is such a port.</summary>
    public static Task Separate(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        var isMetricsPort = context.Features.Get<MetricsConnection>() is not null;
        if (isMetricsPort == path.StartsWithSegments(Metrics) || (isMetricsPort && path.StartsWithSegments(Health)))
        {
            return next(context);
        }

        // Its error document is written as that of any path without an endpoint.
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
