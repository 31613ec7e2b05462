using System.Diagnostics;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.PredictionLog;

/// <summary>Finds what identifies a request in the prediction log.</summary>
internal static class RequestIds
{
    private const string RequestIdHeader = "X-Request-Id";

    // A client chooses it: it must not fill the disk.
    private const int MaxLength = 128;

    /// <summary>The trace that the request belongs to, by the running activity or the header <c>traceparent</c>; null if there is none.</summary>
    public static string? TraceIdOf(Exchange exchange)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return activity.TraceId.ToHexString();
        }

        return ActivityContext.TryParse(exchange.Context.Request.Headers.TraceParent, traceState: null, out var context) ? context.TraceId.ToHexString() : null;
    }

    /// <summary>The header <c>X-Request-Id</c>, else the id in the body, else the trace's, else a new one.</summary>
    public static string RequestIdOf(Exchange exchange, string? traceId)
    {
        var id = exchange.Context.Request.Headers[RequestIdHeader] is [{ Length: > 0 } header, ..] ? header : exchange.RequestId;
        return id switch
        {
            { Length: > MaxLength } => id[..MaxLength],
            { Length: > 0 } => id,
            _ => traceId ?? Guid.NewGuid().ToString("N"),
        };
    }
}
