namespace Pipeline.Inference.Scoring;

/// <summary>A request's body is not taken.</summary>
/// <param name="statusCode">The status of the answer.</param>
/// <param name="detail">Why, for the client.</param>
internal sealed class BodyRefusedException(int statusCode, string detail) : Exception(detail)
{
    public int StatusCode => statusCode;
}
