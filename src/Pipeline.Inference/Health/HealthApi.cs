using Microsoft.AspNetCore.Http.HttpResults;

namespace Pipeline.Inference.Health;

/// <summary>GET /health/live and /health/ready, for orchestrators: never limited, never logged.</summary>
public static class HealthApi
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health");
        group.MapMethods("/live", Methods, Live);
        group.MapMethods("/ready", Methods, Ready);
        return routes;
    }

    private static ContentHttpResult Live() => TypedResults.Text("live\n");

    private static ContentHttpResult Ready(Readiness readiness) => readiness switch
    {
        { IsReady: true } => TypedResults.Text("ready\n"),
        { IsDraining: true } => TypedResults.Text("draining\n", statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => TypedResults.Text("loading the model\n", statusCode: StatusCodes.Status503ServiceUnavailable),
    };
}
