using Microsoft.Net.Http.Headers;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Access;

/// <summary>
/// Lets requests with an API key in: <c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>. Every path needs one but those that are named here, so that a route that
/// is added later is closed until somebody opens it.
/// </summary>
public sealed class KeyMiddleware(RequestDelegate next, ApiKeys keys, InferenceMetrics metrics, InferenceOptions options)
{
    public const string KeyHeader = "X-API-Key";

    private const string BearerScheme = "Bearer ";

    // Probes come from orchestrators and load balancers that hold no key, and learn nothing from them but that the service is up.
    private static readonly PathString[] Probes = ["/health", "/v2/health", "/ping", "/version"];

    // Closed unless told: they name the model's columns and categories and show rows of its data.
    private static readonly PathString[] Docs = ["/docs", "/openapi"];

    private readonly PathString[] _open = [.. OpenPaths(options)];

    /// <summary>The paths that need no key, with all under them.</summary>
    public static IReadOnlyList<PathString> OpenPaths(InferenceOptions options) =>
        [.. Probes, .. options.MetricsNeedKey ? [] : new PathString[] { "/metrics" }, .. options.PublicDocs ? Docs : []];

    public Task InvokeAsync(HttpContext context)
    {
        var key = KeyOf(context.Request.Headers);
        if ((key is not null && keys.Accept(key)) || IsOpen(context.Request.Path))
        {
            return next(context);
        }

        metrics.CountUnauthorized();
        context.Response.Headers[HeaderNames.WWWAuthenticate] = key is null ? "Bearer realm=\"inference\"" : "Bearer realm=\"inference\", error=\"invalid_token\"";
        var detail = key is null ? "An API key is needed, as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'." : "The API key is not one of this service's.";
        return ErrorResponse.WriteAsync(context, StatusCodes.Status401Unauthorized, detail);
    }

    private bool IsOpen(PathString path) => Array.Exists(_open, open => path.StartsWithSegments(open));

    private static string? KeyOf(IHeaderDictionary headers)
    {
        if (headers.Authorization is [{ } authorization] && authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[BearerScheme.Length..].Trim();
        }

        return headers[KeyHeader] is [{ } key] ? key : null;
    }
}
