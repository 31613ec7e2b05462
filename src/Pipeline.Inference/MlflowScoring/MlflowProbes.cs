using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Health;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>GET /ping, its other name /health, and /version, as MLflow's scoring server has them.</summary>
public static class MlflowProbes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    // MLflow answers its own version, and clients ask for it to tell the two forms of its protocol apart: that of 2.0 is spoken here. After the plus sign, where versions of
    // Python packages have room for it, stands who speaks: this service with its own version, without the commit.
    private static readonly string Version =
        $"2.0.0+pipeline.{typeof(MlflowProbes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    public static IEndpointRouteBuilder MapMlflowProbes(this IEndpointRouteBuilder routes)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapMethods("/ping", Methods, context => PingAsync(context, readiness));
        routes.MapMethods("/health", Methods, context => PingAsync(context, readiness));
        routes.MapMethods("/version", Methods, GetVersion);
        return routes;
    }

    // MLflow answers 404 as long as there is no model; a load balancer takes that for a mistake in its settings and 503 for what it is.
    private static async Task PingAsync(HttpContext context, Readiness readiness)
    {
        if (readiness.IsReady)
        {
            await TypedResults.Text("\n", "application/json").ExecuteAsync(context);
            return;
        }

        await ErrorResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, readiness.IsDraining ? "The service is about to stop." : "The model is not loaded yet.");
    }

    private static ContentHttpResult GetVersion() => TypedResults.Text(Version);
}
