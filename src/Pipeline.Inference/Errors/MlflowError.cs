using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Errors;

/// <summary>
/// Writes errors as MLflow's scoring server does, <c>{"error_code":"…","message":"…"}</c>, but never with a stack trace or the data that was sent, both of which it adds.
/// </summary>
public static class MlflowError
{
    internal const string ContentType = "application/json";

    // A message is read by people; faults mostly repeat themselves from row to row.
    private const int MaxFaultsTold = 10;

    // For JSON that no browser shows: letters stay as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a path belongs to MLflow's protocol.</summary>
    public static bool IsFor(PathString path) =>
        path.StartsWithSegments("/invocations")
        || path.Equals("/ping", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/version", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/health", StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers with the faults of a request, the first of them in words.</summary>
    public static void Write(HttpContext context, int statusCode, FaultList faults)
    {
        var told = faults.Reported.Take(MaxFaultsTold).Select(fault => fault.Describe());
        var rest = faults.Count > MaxFaultsTold ? $"; {faults.Count} faults in all" : string.Empty;
        Write(context, statusCode, $"{string.Join("; ", told)}{rest}.");
    }

    /// <summary>Answers with an error that <paramref name="message"/> says all of.</summary>
    public static void Write(HttpContext context, int statusCode, string message) => ErrorBody.Write(context, statusCode, ContentType, BodyOf(statusCode, message));

    internal static byte[] BodyOf(int statusCode, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("error_code"u8, CodeOf(statusCode));
            json.WriteString("message"u8, message);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // The codes that MLflow's clients know, by MLflow's own table of statuses; it has none for 405, 413 and 415.
    private static string CodeOf(int statusCode) => statusCode switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "ENDPOINT_NOT_FOUND",
        StatusCodes.Status429TooManyRequests => "REQUEST_LIMIT_EXCEEDED",
        StatusCodes.Status503ServiceUnavailable => "TEMPORARILY_UNAVAILABLE",
        StatusCodes.Status504GatewayTimeout => "DEADLINE_EXCEEDED",
        < StatusCodes.Status500InternalServerError => "BAD_REQUEST",
        _ => "INTERNAL_ERROR",
    };
}
