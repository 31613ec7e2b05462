using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Connections;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Scoring;

/// <summary>Answers the requests for predictions that get none. Thread-safe.</summary>
internal sealed class RequestFailures(InferenceOptions options, InferenceMetrics metrics)
{
    private const string RetryAfterSeconds = "1";

    /// <summary>Answers a request that is refused unread, to protect the service.</summary>
    public static Task RejectAsync(HttpContext context, int statusCode, string detail)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ErrorResponse.WriteAsync(context, statusCode, detail);
    }

    /// <summary>Answers a request that its dialect refuses.</summary>
    public static Task RefuseAsync(Exchange exchange)
    {
        var status = exchange.RefusedStatus == 0 ? StatusCodes.Status400BadRequest : exchange.RefusedStatus;
        return exchange.RefusedDetail is { } detail
            ? ErrorResponse.WriteAsync(exchange.Context, status, detail)
            : ErrorResponse.WriteAsync(exchange.Context, status, exchange.Faults);
    }

    /// <summary>Answers a request that failed, if somebody still listens.</summary>
    /// <returns>What to count it as.</returns>
    /// <exception cref="Exception">The failure itself, if it is none that a request can have part in.</exception>
    public async ValueTask<Outcome> AnswerAsync(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case BadHttpRequestException e:
                // What is left of the body is not read.
                context.Response.Headers.Connection = "close";
                await ErrorResponse.WriteAsync(context, e.StatusCode, DetailOf(e));
                return Outcome.Invalid;
            case BodyRefusedException e:
                await RefuseBodyAsync(context, e);
                return CountRefusal(e);
            case ConnectionResetException or ConnectionAbortedException:
                return Outcome.Canceled;
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return Outcome.Canceled;
            case OperationCanceledException:
                await ErrorResponse.WriteAsync(context, StatusCodes.Status504GatewayTimeout, string.Create(CultureInfo.InvariantCulture, $"The request was not answered within {options.Deadline.TotalSeconds} s."));
                return Outcome.Timeout;
            default:
                ExceptionDispatchInfo.Throw(failure);
                return Outcome.Error;
        }
    }

    private static Task RefuseBodyAsync(HttpContext context, BodyRefusedException refusal)
    {
        var headers = context.Response.Headers;
        switch (refusal.StatusCode)
        {
            case StatusCodes.Status408RequestTimeout:
                // The rest of the body is not waited for.
                headers.Connection = "close";
                break;
            case StatusCodes.Status415UnsupportedMediaType:
                headers.AcceptEncoding = ContentCoding.Accepted;
                break;
            case StatusCodes.Status429TooManyRequests:
                headers.RetryAfter = RetryAfterSeconds;
                break;
            default:
                break;
        }

        return ErrorResponse.WriteAsync(context, refusal.StatusCode, refusal.Message);
    }

    private Outcome CountRefusal(BodyRefusedException refusal)
    {
        if (refusal.StatusCode != StatusCodes.Status429TooManyRequests)
        {
            return Outcome.Invalid;
        }

        metrics.CountRejected(Rejection.Memory);
        return Outcome.Rejected;
    }

    private string DetailOf(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? string.Create(CultureInfo.InvariantCulture, $"The body may have at most {options.MaxBodyBytes} bytes.")
        : e.Message;
}
