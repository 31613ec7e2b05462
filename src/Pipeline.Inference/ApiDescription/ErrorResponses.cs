using System.Text.Json.Nodes;

namespace Pipeline.Inference.ApiDescription;

/// <summary>The errors that routes share, in the form of each dialect.</summary>
internal static class ErrorResponses
{
    private static readonly (string Name, string Description, bool SaysWhen)[] Kinds =
    [
        ("Invalid", "The request has faults.", false),
        ("Unauthorized", "No API key, or a wrong one.", false),
        ("NotFound", "The service has no such version.", false),
        ("TooLarge", "The body is too long, or has too many rows.", false),
        ("UnsupportedMediaType", "The body is of no type that this route takes.", false),
        ("TooManyRequests", "The service works on as many requests as it takes at once.", true),
        ("Unavailable", "The model is being loaded.", true),
        ("DeadlineExceeded", "The request was not answered in time.", false),
        ("Failed", "Any other error.", false),
    ];

    private static readonly (string Prefix, string Schema, string ContentType)[] Dialects =
    [
        (string.Empty, "Problem", "application/problem+json"),
        ("OpenInference", "OpenInferenceError", "application/json"),
        ("Mlflow", "MlflowError", "application/json"),
    ];

    /// <summary>Every error response with its name; not every one has a use in every document.</summary>
    public static IEnumerable<(string Name, JsonObject Response)> All() =>
        from dialect in Dialects
        from kind in Kinds
        select (dialect.Prefix + kind.Name, ResponseOf(dialect.Schema, dialect.ContentType, kind.Name, kind.Description, kind.SaysWhen));

    /// <summary>What a path's error responses begin with.</summary>
    public static string PrefixOf(string path) =>
        path == "/v2" || path.StartsWith("/v2/", StringComparison.Ordinal) ? "OpenInference" : path is "/invocations" or "/ping" or "/health" or "/version" ? "Mlflow" : string.Empty;

    private static JsonObject ResponseOf(string schema, string contentType, string kind, string description, bool saysWhen)
    {
        var content = new JsonObject { ["schema"] = JsonNodes.Reference($"schemas/{schema}") };
        if (kind == "Invalid")
        {
            content["examples"] = new JsonObject { ["faults"] = JsonNodes.Reference($"examples/{schema}") };
        }

        var response = new JsonObject { ["description"] = description, ["content"] = new JsonObject { [contentType] = content } };
        if (saysWhen)
        {
            response["headers"] = new JsonObject { ["Retry-After"] = JsonNodes.Reference("headers/Retry-After") };
        }

        return response;
    }
}
