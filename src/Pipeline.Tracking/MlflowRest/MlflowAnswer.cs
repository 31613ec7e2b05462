using System.Net;
using System.Text;
using System.Text.Json;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>What a server, or a proxy before it, answered to a call.</summary>
internal sealed record MlflowAnswer(MlflowCall Call, MlflowServer Server, HttpStatusCode Status)
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    /// <summary>Null if the answer is not JSON.</summary>
    public JsonElement? Json { get; private init; }

    /// <summary>The body if it is not JSON.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>Where a redirect leads, without user, password and query; null if nowhere.</summary>
    public string? Location { get; init; }

    /// <summary>How long the server wants to be left alone; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>MLflow's own name of the fault; null if there is none, or the answer is not MLflow's.</summary>
    public string? ErrorCode => Json?.Text("error_code");

    public string Message => Json?.Text("message") ?? Text;

    public bool IsSuccess => (int)Status is >= 200 and < 300 && Json is not null;

    public bool IsRedirect => (int)Status is >= 300 and < 400;

    public bool IsMissing => ErrorCode is "RESOURCE_DOES_NOT_EXIST" or "NOT_FOUND";

    public bool IsThereAlready => ErrorCode is "RESOURCE_ALREADY_EXISTS" or "ALREADY_EXISTS";

    /// <summary>True if the server does not know the call: older ones answer with a web page.</summary>
    public bool IsUnknownCall => ErrorCode is "ENDPOINT_NOT_FOUND" || (ErrorCode is null && Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);

    /// <summary>True if a server was started so that it does not do this at all.</summary>
    public bool IsSwitchedOff => Status == HttpStatusCode.ServiceUnavailable && Text.Contains("disabled due to the mlflow server running", StringComparison.OrdinalIgnoreCase);

    /// <summary>True if it may go well in a moment.</summary>
    public bool IsPassing => !IsSwitchedOff && ((int)Status is 408 or 429 or 500 or 502 or 503 or 504 || ErrorCode is "TEMPORARILY_UNAVAILABLE" or "REQUEST_LIMIT_EXCEEDED" or "RESOURCE_EXHAUSTED");

    public static MlflowAnswer Of(MlflowCall call, MlflowServer server, HttpStatusCode status, byte[] body)
    {
        var answer = new MlflowAnswer(call, server, status);
        try
        {
            // A proxied upload to some stores is answered with nothing.
            var json = JsonSerializer.Deserialize<JsonElement>(body.Length == 0 && (int)status is >= 200 and < 300 ? Nothing : body);
            return json.ValueKind == JsonValueKind.Object ? answer with { Json = json } : answer with { Text = Encoding.UTF8.GetString(body) };
        }
        catch (JsonException)
        {
            return answer with { Text = Encoding.UTF8.GetString(body) };
        }
    }

    /// <returns>The JSON of a good answer.</returns>
    /// <exception cref="TrackingException">The answer is not good.</exception>
    public JsonElement Require() => IsSuccess ? Json!.Value : throw MlflowFaults.Of(this);
}
