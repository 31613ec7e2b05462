using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Errors;

/// <summary>Writes errors in the form that the clients of a path expect.</summary>
public static class ErrorResponse
{
    /// <summary>Answers with an error that <paramref name="detail"/> says all of.</summary>
    public static Task WriteAsync(HttpContext context, int statusCode, string detail) =>
        OpenInferenceError.IsFor(context) ? OpenInferenceError.WriteAsync(context, statusCode, detail)
        : MlflowError.IsFor(context.Request.Path) ? MlflowError.WriteAsync(context, statusCode, detail)
        : Problem.WriteAsync(context, statusCode, detail);

    /// <summary>Answers with the faults of a request.</summary>
    public static Task WriteAsync(HttpContext context, int statusCode, FaultList faults) =>
        OpenInferenceError.IsFor(context) ? OpenInferenceError.WriteAsync(context, statusCode, faults)
        : MlflowError.IsFor(context.Request.Path) ? MlflowError.WriteAsync(context, statusCode, faults)
        : Problem.WriteAsync(context, statusCode, faults);
}
