using System.Diagnostics;
using System.Globalization;

namespace Pipeline.Inference.Tracing;

/// <summary>Gives each request a server span, the child of its <c>traceparent</c>. In the chain only if traces are exported.</summary>
public sealed class TracingMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Probes and scrapes come every few seconds and tell nothing.
        if (context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/metrics"))
        {
            await next(context);
            return;
        }

        using var activity = RequestTracing.StartRequest(context.Request);
        try
        {
            await next(context);
        }
        finally
        {
            if (activity is not null)
            {
                Describe(activity, context);
            }
        }
    }

    private static void Describe(Activity activity, HttpContext context)
    {
        var status = context.Response.StatusCode;
        activity.SetTag("http.response.status_code", status);
        if (context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            activity.DisplayName = $"{context.Request.Method} {route}";
            activity.SetTag("http.route", route);
        }

        // A client's fault is none of the server's: its span has no error status.
        if (status >= StatusCodes.Status500InternalServerError)
        {
            activity.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
        }
    }
}
