namespace Pipeline.Inference.Health;

/// <summary>Tells clients that keep connections open to go elsewhere while the service drains.</summary>
public static class DrainingApi
{
    /// <summary>
    /// Closes each connection with its answer while the service drains. When the server stops at the end, no idle connection is left that a client could just then send a
    /// request on, which would be lost.
    /// </summary>
    public static IApplicationBuilder UseConnectionCloseWhileDraining(this IApplicationBuilder app)
    {
        var readiness = app.ApplicationServices.GetRequiredService<Readiness>();
        return app.Use((context, next) =>
        {
            if (readiness.IsDraining)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
