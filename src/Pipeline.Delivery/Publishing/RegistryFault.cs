using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing;

/// <summary>Turns what the engine says of a registry into a message with the next step.</summary>
internal static class RegistryFault
{
    public static bool IsUnknownManifest(string? text) => Has(text, "manifest unknown", "manifest_unknown", "name unknown", "not found: does not exist");

    /// <param name="name">The image.</param>
    /// <param name="reference">Its repository.</param>
    /// <param name="text">The engine's words.</param>
    /// <param name="credentials">Those that were shown; null if none.</param>
    public static PipelineException Of(string name, ImageReference reference, string text, AuthConfig? credentials)
    {
        var words = MessageOf(text).Trim();
        var meaning =
            Has(words, "connection refused") ? $"Nothing listens at {reference.Registry}. Is the registry running, and is the port right?"
            : Has(words, "no such host", "name resolution", "server misbehaving") ? $"The host {reference.Registry} is not known. Is --registry spelled right?"
            : Has(words, "no basic auth credentials", "unauthorized", "authentication required", "denied", "incorrect username or password", "401", "403")
                ? credentials is null
                    ? $"{reference.Registry} wants credentials, and docker keeps none for it. Run docker login {reference.Registry} first."
                    : $"{reference.Registry} refuses the credentials of {(credentials.Username is { } user ? $"the user '{user}'" : "the identity token")}. Run docker login {reference.Registry} again, or ask for the right to push to {reference.Repository}."
            : Has(words, "server gave http response to https client") ? $"{reference.Registry} speaks plain HTTP, which the Docker engine accepts of loopback addresses only, unless it is listed under insecure-registries in the engine's daemon.json."
            : Has(words, "x509", "certificate") ? $"The Docker engine does not trust the certificate of {reference.Registry}."
            : Has(words, "timeout", "deadline exceeded") ? $"{reference.Registry} does not answer."
            : "Run ./build.sh Push again once that is put right.";
        return new PipelineException(ExitCode.ToolError, $"{name} cannot be pushed: {meaning} (The engine says: {words})");
    }

    private static bool Has(string? text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    // An error answer is JSON, a message of the stream is plain text.
    private static string MessageOf(string text)
    {
        try
        {
            return (JsonNode.Parse(text) as JsonObject)?["message"]?.ToString() ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
