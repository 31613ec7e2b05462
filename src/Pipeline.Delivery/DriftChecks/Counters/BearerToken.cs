using System.Net.Http.Headers;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>A secret from the environment as a request's header.</summary>
internal static class BearerToken
{
    /// <param name="text">Blanks around it are no part of it; null or empty for none.</param>
    /// <param name="variable">Where it is from, for the message.</param>
    /// <exception cref="PipelineException">Usage: it has characters that no token has. The message does not show them.</exception>
    public static AuthenticationHeaderValue? Of(string? text, string variable)
    {
        var token = text?.Trim();
        return string.IsNullOrEmpty(token) ? null
            : token.All(c => c is > ' ' and <= '~') ? new AuthenticationHeaderValue("Bearer", token)
            : throw new PipelineException(ExitCode.Usage, $"{variable} holds a blank or another character that no token has. Set it to the token alone.");
    }
}
