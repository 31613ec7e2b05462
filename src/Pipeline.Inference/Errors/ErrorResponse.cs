using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Errors;

/// <summary>Writes errors in the form that the clients of a path expect.</summary>
public static class ErrorResponse
{
    /// <summary>Answers with an error that <paramref name="detail"/> says all of.</summary>
    public static void Write(HttpContext context, int statusCode, string detail)
    {
        if (OpenInferenceError.IsFor(context))
        {
            OpenInferenceError.Write(context, statusCode, detail);
        }
        else if (MlflowError.IsFor(context.Request.Path))
        {
            MlflowError.Write(context, statusCode, detail);
        }
        else
        {
            Problem.Write(context, statusCode, detail);
        }
    }

    /// <summary>The same, for handlers that answer with a task.</summary>
    public static Task WriteAsync(HttpContext context, int statusCode, string detail)
    {
        Write(context, statusCode, detail);
        return Task.CompletedTask;
    }

    /// <summary>Answers with the faults of a request.</summary>
    public static void Write(HttpContext context, int statusCode, FaultList faults)
    {
        if (OpenInferenceError.IsFor(context))
        {
            OpenInferenceError.Write(context, statusCode, faults);
        }
        else if (MlflowError.IsFor(context.Request.Path))
        {
            MlflowError.Write(context, statusCode, faults);
        }
        else
        {
            Problem.Write(context, statusCode, faults);
        }
    }
}
