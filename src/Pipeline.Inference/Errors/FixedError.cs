namespace Pipeline.Inference.Errors;

/// <summary>An error that is always the same, written once for each form and then sent as often as needed: refusing must cost little when there is much to refuse. Thread-safe.</summary>
/// <param name="statusCode">The answer's status.</param>
/// <param name="detail">All that there is to say.</param>
internal sealed class FixedError(int statusCode, string detail)
{
    private readonly byte[] _problem = Problem.BodyOf(statusCode, detail);
    private readonly byte[] _openInference = OpenInferenceError.BodyOf(detail);
    private readonly byte[] _mlflow = MlflowError.BodyOf(statusCode, detail);

    /// <summary>Answers with it.</summary>
    public void Write(HttpContext context)
    {
        if (OpenInferenceError.IsFor(context))
        {
            ErrorBody.Write(context, statusCode, OpenInferenceError.ContentType, _openInference);
        }
        else if (MlflowError.IsFor(context.Request.Path))
        {
            ErrorBody.Write(context, statusCode, MlflowError.ContentType, _mlflow);
        }
        else if (Problem.IsTraced(context))
        {
            Problem.Write(context, statusCode, detail);
        }
        else
        {
            ErrorBody.Write(context, statusCode, Problem.ContentType, _problem);
        }
    }
}
