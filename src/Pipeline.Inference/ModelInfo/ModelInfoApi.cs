using Pipeline.Inference.Errors;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.ModelInfo;

/// <summary>GET /v1/model, and the header that names the model on every answer.</summary>
public static class ModelInfoApi
{
    public const string VersionHeader = "X-Model-Version";

    public static IEndpointRouteBuilder MapModelInfo(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/model", DescribeAsync);
        return routes;
    }

    /// <summary>Puts the served model's version on every answer, as soon as there is one.</summary>
    public static IApplicationBuilder UseModelVersionHeader(this IApplicationBuilder app, ModelSlot slot) => app.Use((context, next) =>
    {
        if (slot.Current is { } model)
        {
            context.Response.Headers[VersionHeader] = model.Package.Version;
        }

        return next(context);
    });

    private static Task DescribeAsync(HttpContext context, ModelSlot slot)
    {
        if (slot.Current is { } model)
        {
            return TypedResults.Json(ModelDescription.Of(model), ModelInfoJson.Default.ModelDescription).ExecuteAsync(context);
        }

        context.Response.Headers.RetryAfter = "1";
        return ErrorResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
    }
}
