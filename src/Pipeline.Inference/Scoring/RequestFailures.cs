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

    private readonly FixedError _notLoaded = new(StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
    private readonly FixedError _tooMany = new(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"{options.MaxConcurrentRequests} requests are being worked on, as many as this service takes at once."));
    private readonly FixedError _tooLong = new(StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"More large requests are waiting than this service lets wait: one waits {options.MaxWait.TotalMilliseconds} ms at most, and less while it goes on refusing."));

    /// <summary>Answers a request that is refused unread, to protect the service.</summary>
    public void Reject(HttpContext context, Rejection reason)
    {
        metrics.CountRejected(reason);
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        var error = reason switch
        {
            Rejection.NotReady => _notLoaded,
            Rejection.Concurrency => _tooMany,
            Rejection.Wait => _tooLong,
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Only of a body that is being read can it be told."),
        };
        error.Write(context);
    }

    /// <summary>Answers a request that its dialect refuses.</summary>
    public static void Refuse(Exchange exchange)
    {
        var status = exchange.RefusedStatus == 0 ? StatusCodes.Status400BadRequest : exchange.RefusedStatus;
        if (exchange.RefusedDetail is { } detail)
        {
            ErrorResponse.Write(exchange.Context, status, detail);
        }
        else
        {
            ErrorResponse.Write(exchange.Context, status, exchange.Faults);
        }
    }

    /// <summary>Answers a request that failed, if somebody still listens.</summary>
    /// <returns>What to count it as.</returns>
    /// <exception cref="Exception">The failure itself, if it is none that a request can have part in.</exception>
    public Outcome Answer(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case BadHttpRequestException e:
                // What is left of the body is not read.
                context.Response.Headers.Connection = "close";
                ErrorResponse.Write(context, e.StatusCode, DetailOf(e));
                return Outcome.Invalid;
            case BodyRefusedException e:
                RefuseBody(context, e);
                return CountRefusal(e);
            case ConnectionResetException or ConnectionAbortedException:
                return Outcome.Canceled;
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return Outcome.Canceled;
            case OperationCanceledException:
                ErrorResponse.Write(context, StatusCodes.Status504GatewayTimeout, string.Create(CultureInfo.InvariantCulture, $"The request was not answered within {options.Deadline.TotalSeconds} s."));
                return Outcome.Timeout;
            default:
                ExceptionDispatchInfo.Throw(failure);
                return Outcome.Error;
        }
    }

    private static void RefuseBody(HttpContext context, BodyRefusedException refusal)
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

        ErrorResponse.Write(context, refusal.StatusCode, refusal.Message);
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
