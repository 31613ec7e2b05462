using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>Turns what a registry answers, or that it does not, into a message with the next step.</summary>
internal static class RegistryConnectionFault
{
    private const int LongestWords = 300;

    /// <summary>No answer.</summary>
    public static PipelineException Of(string registry, HttpRequestException fault)
    {
        var meaning = fault.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"The host {registry} is not known. Is --registry spelled right?",
            HttpRequestError.ConnectionError => $"Nothing listens at {registry}. Is the registry running, and is the port right?",
            HttpRequestError.SecureConnectionError =>
                $"{registry} gives no trusted TLS connection. Its certificate must be trusted by this machine; plain HTTP is spoken with loopback addresses only (127.0.0.0/8, ::1, localhost).",
            _ => $"The connection to {registry} broke. Run it again.",
        };
        return new PipelineException(ExitCode.ToolError, $"{meaning} ({Innermost(fault).Message.TrimEnd('.')}.)", fault);
    }

    /// <summary>An answer too late.</summary>
    public static PipelineException OfTimeout(string registry, TimeSpan timeout) =>
        new(ExitCode.ToolError, $"{registry} does not answer within {timeout.TotalSeconds:0.#} s. Is it running and reachable from here? Run it again.");

    /// <summary>An answer that is not the one wanted.</summary>
    /// <param name="what">What was being done and on what, as the start of a sentence: <c>registry/repository:tag cannot be read</c>.</param>
    /// <param name="registry">Host and port.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="credentials">Those that were shown; null if none.</param>
    public static PipelineException Of(string what, string registry, RegistryAnswer answer, AuthConfig? credentials)
    {
        var meaning = answer.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => credentials is null
                ? $"{registry} wants credentials, and docker keeps none for it. Run docker login {registry} first."
                : $"{registry} refuses the credentials of {Bearer(credentials)}. Run docker login {registry} again, or ask for the right to it.",
            HttpStatusCode.NotFound => $"{registry} does not have it.",
            HttpStatusCode.TooManyRequests => $"{registry} wants fewer requests. Run it again later.",
            >= HttpStatusCode.InternalServerError => $"{registry} has a fault of its own. See its log, or run it again later.",
            _ when answer.IsRedirect => $"{registry} sends the request elsewhere, where it is not sent after.",
            _ => $"{registry} does not take it.",
        };
        return new PipelineException(ExitCode.ToolError, $"{what}: {meaning} (The registry says: {(int)answer.Status}{WordsOf(answer.Body)})");
    }

    /// <summary>Who the credentials are of, without anything secret.</summary>
    public static string Bearer(AuthConfig credentials) => credentials.Username is { Length: > 0 } user ? $"the user '{user}'" : "the identity token";

    // {"errors":[{"code":"DENIED","message":"…"}]}, or whatever a proxy on the way says.
    private static string WordsOf(byte[] body)
    {
        var words = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 64 * 1024)));
        try
        {
            if (JsonNode.Parse(words)?["errors"] is JsonArray errors)
            {
                words = string.Join("; ", errors.Select(error => $"{error?["code"]} {error?["message"]}".Trim()));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not of a registry's form; shown as it is.
        }

        var line = new string([.. words.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return line.Length == 0 ? string.Empty : $" {(line.Length > LongestWords ? line[..LongestWords] + "…" : line)}";
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
