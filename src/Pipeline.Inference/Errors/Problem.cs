using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Tracing;

namespace Pipeline.Inference.Errors;

/// <summary>Writes errors as RFC 9457 <c>application/problem+json</c>, with an extension <c>errors: [{row, field, expected, got}]</c> for faults of a request, and <c>traceId</c> if the request is part of a trace.</summary>
public static class Problem
{
    internal const string ContentType = "application/problem+json";

    /// <summary>Answers with a problem that <paramref name="detail"/> says all of.</summary>
    public static void Write(HttpContext context, int statusCode, string detail) => ErrorBody.Write(context, statusCode, ContentType, BodyOf(statusCode, detail, TraceContext.IdOf(context)));

    /// <summary>Answers with the faults of a request; <c>errorCount</c> counts those that are not listed, too.</summary>
    public static void Write(HttpContext context, int statusCode, FaultList faults) =>
        ErrorBody.Write(context, statusCode, ContentType, BodyOf(statusCode, Summary(faults), TraceContext.IdOf(context), faults));

    /// <summary>Whether the request is part of a trace, which its problem then names.</summary>
    internal static bool IsTraced(HttpContext context) => TraceContext.IdOf(context) is not null;

    internal static byte[] BodyOf(int statusCode, string detail, string? traceId = null, FaultList? faults = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(statusCode));
            json.WriteNumber("status"u8, statusCode);
            json.WriteString("detail"u8, detail);
            if (traceId is not null)
            {
                json.WriteString("traceId"u8, traceId);
            }

            if (faults is not null)
            {
                WriteFaults(json, faults);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFaults(Utf8JsonWriter json, FaultList faults)
    {
        json.WriteNumber("errorCount"u8, faults.Count);
        json.WriteStartArray("errors"u8);
        foreach (var fault in faults.Reported)
        {
            json.WriteStartObject();
            if (fault.Row is { } row)
            {
                json.WriteNumber("row"u8, row);
            }
            else
            {
                json.WriteNull("row"u8);
            }

            json.WriteString("field"u8, fault.Field);
            json.WriteString("expected"u8, fault.Expected);
            json.WriteString("got"u8, fault.Got);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Summary(FaultList faults)
    {
        var rest = faults.Count == 1 ? string.Empty : $" ({faults.Count} faults in all)";
        return $"{faults.Reported[0].Describe()}{rest}.";
    }
}
