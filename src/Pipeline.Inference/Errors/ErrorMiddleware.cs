using Pipeline.Inference.Tracing;

namespace Pipeline.Inference.Errors;

/// <summary>Gives every error a document: those of routing, which have no body, and exceptions that no handler expected.</summary>
public sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to answer.
            return;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ErrorResponse.WriteAsync(context, e.StatusCode, e.Message);
            return;
        }
        catch (Exception e)
        {
            Log.Failed(logger, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "(no endpoint)", TraceContext.IdOf(context) ?? "none", e);
            if (context.Response.HasStarted)
            {
                // Too late for another answer: the client must not take what it has for a whole one.
                context.Abort();
                return;
            }

            await ErrorResponse.WriteAsync(context, StatusCodes.Status500InternalServerError, "The service failed; its log tells why.");
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            await ErrorResponse.WriteAsync(context, context.Response.StatusCode, DetailOf(context.Response.StatusCode));
        }
    }

    private static string DetailOf(int statusCode) => statusCode switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this path; predictions are at POST /v1/predict.",
        StatusCodes.Status405MethodNotAllowed => "The path does not take this method; the header Allow names those that it takes.",
        _ => "The request is refused.",
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} failed, trace {TraceId}")]
        public static partial void Failed(ILogger logger, string method, string endpoint, string traceId, Exception exception);
    }
}
