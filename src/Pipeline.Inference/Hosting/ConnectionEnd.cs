using Pipeline.Inference.Health;

namespace Pipeline.Inference.Hosting;

/// <summary>Tells clients that keep connections open when theirs ends with an answer: a request that is sent on a connection just as it closes is lost.</summary>
public static class ConnectionEnd
{
    /// <summary>
    /// Closes each connection with its answer while the service drains, so that no idle one is left when the server stops; and that of a request whose body is longer than
    /// allowed, because the server does not read what is left of it and closes in any case.
    /// </summary>
    public static IApplicationBuilder UseConnectionEnd(this IApplicationBuilder app, InferenceOptions options)
    {
        var readiness = app.ApplicationServices.GetRequiredService<Readiness>();
        return app.Use((context, next) =>
        {
            if (readiness.IsDraining || context.Request.ContentLength > options.MaxBodyBytes)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
