using System.Diagnostics;

namespace Pipeline.Inference.Tracing;

/// <summary>The trace that a request is part of, as its W3C <c>traceparent</c> says.</summary>
public static class TraceContext
{
    /// <summary>What the request's sender says to continue; nothing valid begins a trace of its own.</summary>
    public static ActivityContext Of(HttpRequest request) =>
        request.Headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, request.Headers.TraceState, isRemote: true, out var context) ? context : default;

    /// <summary>The trace's id, whether this service exports traces or not; null if the request is part of none.</summary>
    public static string? IdOf(HttpContext context)
    {
        var traceId = Activity.Current?.TraceId ?? Of(context.Request).TraceId;
        return traceId == default ? null : traceId.ToHexString();
    }
}
