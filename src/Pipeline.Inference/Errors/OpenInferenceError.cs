using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Errors;

/// <summary>Writes errors as the Open Inference Protocol wants them: <c>{"error":"…"}</c>.</summary>
public static class OpenInferenceError
{
    internal const string ContentType = "application/json";

    private const int MaxFaultsTold = 10;

    /// <summary>Whether the path is the protocol's.</summary>
    public static bool IsFor(HttpContext context) => context.Request.Path.StartsWithSegments("/v2", StringComparison.OrdinalIgnoreCase);

    /// <summary>Answers with the faults of a request, the first few of them in words.</summary>
    public static void Write(HttpContext context, int statusCode, FaultList faults) => Write(context, statusCode, TextOf(faults));

    /// <summary>Answers with an error that <paramref name="detail"/> says all of.</summary>
    public static void Write(HttpContext context, int statusCode, string detail) => ErrorBody.Write(context, statusCode, ContentType, BodyOf(detail));

    internal static byte[] BodyOf(string detail)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, detail);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string TextOf(FaultList faults)
    {
        var text = new StringBuilder();
        foreach (var fault in faults.Reported.Take(MaxFaultsTold))
        {
            text.Append(text.Length == 0 ? string.Empty : "; ");
            text.Append(fault.Field);
            text.Append(fault.Field is not null && fault.Row is not null ? ", " : string.Empty);
            text.Append(fault.Row is { } row ? string.Create(CultureInfo.InvariantCulture, $"row {row}") : string.Empty);
            text.Append(fault.Field is null && fault.Row is null ? string.Empty : ": ");
            text.Append(CultureInfo.InvariantCulture, $"expected {fault.Expected}, got {fault.Got}");
        }

        return faults.Count <= MaxFaultsTold ? $"{text}." : string.Create(CultureInfo.InvariantCulture, $"{text} ({faults.Count} faults in all).");
    }
}
