using Pipeline.Inference.Errors;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.ApiDescription;

/// <summary>GET /openapi/v1.json: the OpenAPI document of the model that is served, made when it is first asked for.</summary>
internal sealed class OpenApiEndpoint(ModelSlot slot, int maxRows, IReadOnlyList<PathString>? openPaths)
{
    public const string Path = "/openapi/v1.json";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    // Two requests may each make it; they make the same.
    private volatile ApiDocument? _document;

    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<PathString>? openPaths)
    {
        var options = routes.ServiceProvider.GetRequiredService<InferenceOptions>();
        var endpoint = new OpenApiEndpoint(routes.ServiceProvider.GetRequiredService<ModelSlot>(), options.MaxRows, openPaths);
        routes.MapMethods(Path, Methods, (RequestDelegate)endpoint.AnswerAsync);
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (slot.Current is not { } model)
        {
            context.Response.Headers.RetryAfter = "1";
            return ErrorResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
        }

        if (_document is not { } document || !ReferenceEquals(document.Model, model))
        {
            _document = document = ApiDocument.Of(model, maxRows, openPaths);
        }

        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(document.Utf8Json, "application/json", entityTag: document.EntityTag).ExecuteAsync(context);
    }
}
