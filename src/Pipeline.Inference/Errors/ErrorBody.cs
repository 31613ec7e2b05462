using System.Buffers;

namespace Pipeline.Inference.Errors;

/// <summary>Puts an error into an answer.</summary>
internal static class ErrorBody
{
    /// <summary>Writes into the answer's buffer, which the server sends when the request ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="statusCode">The answer's status.</param>
    /// <param name="contentType">The body's type.</param>
    /// <param name="body">The whole body; left out of the answer to HEAD.</param>
    public static void Write(HttpContext context, int statusCode, string contentType, ReadOnlySpan<byte> body)
    {
        var response = context.Response;
        response.StatusCode = statusCode;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            response.BodyWriter.Write(body);
        }
    }
}
