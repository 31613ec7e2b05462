using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing;

/// <summary>
/// Finds a registry's credentials where <c>docker login</c> leaves them: <c>config.json</c> below DOCKER_CONFIG or ~/.docker, in the command line's own order: the registry's
/// credential helper, the common one, the entry in the file.
/// </summary>
internal static class RegistryCredentials
{
    /// <summary>The name under which docker keeps the credentials of its default registry.</summary>
    public const string DefaultRegistry = "https://index.docker.io/v1/";

    // Long enough for somebody to unlock a keychain.
    private static readonly TimeSpan HelperTimeout = TimeSpan.FromSeconds(60);

    // What helpers give as the user name when the secret is an identity token.
    private const string TokenUser = "<token>";

    private static string ConfigurationPath => Path.Combine(
        Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } folder ? folder : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker"),
        "config.json");

    /// <summary>True for every name of docker's default registry.</summary>
    public static bool IsDockerHub(string registry) => registry is DefaultRegistry or "docker.io" or "index.docker.io" or "registry-1.docker.io";

    /// <returns>The credentials; null if none are kept for this registry.</returns>
    /// <exception cref="PipelineException">config.json cannot be read, or a helper failed.</exception>
    public static Task<AuthConfig?> FindAsync(string registry, CancellationToken cancellationToken) => FindAsync(registry, HelperTimeout, cancellationToken);

    internal static async Task<AuthConfig?> FindAsync(string registry, TimeSpan helperTimeout, CancellationToken cancellationToken)
    {
        if (await ReadConfigurationAsync(cancellationToken) is not { } configuration)
        {
            return null;
        }

        // All of Docker Hub's names are kept under one.
        var name = IsDockerHub(registry) ? DefaultRegistry : registry;
        try
        {
            var helper = (IsDockerHub(registry) ? HubHelper(configuration) : configuration["credHelpers"]?[registry])?.GetValue<string>() ?? configuration["credsStore"]?.GetValue<string>();
            var found = string.IsNullOrEmpty(helper) ? null : await AskAsync(helper, name, helperTimeout, cancellationToken);
            return found ?? FromFile(configuration, name);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw new PipelineException(ExitCode.ToolError, $"The credentials for {registry} in {ConfigurationPath} cannot be read: they are not of the expected form. Run docker login {registry} again.", e);
        }
    }

    /// <summary>The header that shows credentials to the engine: JSON in URL-safe base64.</summary>
    public static string ToHeader(AuthConfig? credentials)
    {
        var json = new JsonObject();
        AddIfGiven(json, "username", credentials?.Username);
        AddIfGiven(json, "password", credentials?.Password);
        AddIfGiven(json, "identitytoken", credentials?.IdentityToken);
        AddIfGiven(json, "serveraddress", credentials?.ServerAddress);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())).Replace('+', '-').Replace('/', '_');
    }

    private static void AddIfGiven(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static async Task<JsonNode?> ReadConfigurationAsync(CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(ConfigurationPath) ? JsonNode.Parse(await File.ReadAllTextAsync(ConfigurationPath, cancellationToken)) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(ExitCode.ToolError, $"{ConfigurationPath}, where docker keeps registry credentials, cannot be read: {e.Message}", e);
        }
    }

    private static JsonNode? HubHelper(JsonNode configuration) =>
        configuration["credHelpers"] is { } helpers ? helpers[DefaultRegistry] ?? helpers["index.docker.io"] ?? helpers["docker.io"] : null;

    private static async Task<AuthConfig?> AskAsync(string helper, string registry, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var program = $"docker-credential-{helper}";
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(timeout);
        try
        {
            var answer = JsonNode.Parse(await CommandLine.RunAsync(program, ["get"], Directory.GetCurrentDirectory(), bound.Token, standardInput: registry)) as JsonObject;
            return With(registry, answer?["Username"]?.GetValue<string>(), (answer?["Secret"] ?? throw new FormatException("no Secret")).GetValue<string>());
        }
        catch (PipelineException e) when (e.Message.Contains("credentials not found", StringComparison.OrdinalIgnoreCase))
        {
            // How a helper says that it has none for this registry.
            return null;
        }
        catch (PipelineException e)
        {
            throw new PipelineException(e.ExitCode, $"The credentials for {registry} are kept by {program}, as {ConfigurationPath} says. {e.Message}", e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PipelineException(ExitCode.ToolError, $"{program}, which keeps the credentials for {registry}, does not answer within {timeout.TotalSeconds:0.#} s. Does it wait for somebody to unlock it? Run 'echo {registry} | {program} get'.");
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            // What it printed may be half a secret, and is not shown.
            throw new PipelineException(ExitCode.ToolError, $"{program}, which keeps the credentials for {registry}, answers with something else than a user name and a secret in JSON. Run docker login {registry} again, or name another helper in {ConfigurationPath}.", e);
        }
    }

    private static AuthConfig? FromFile(JsonNode configuration, string registry)
    {
        var entry = EntryOf(configuration["auths"] as JsonObject, registry);
        if (entry?["identitytoken"]?.GetValue<string>() is { Length: > 0 } token)
        {
            return With(registry, TokenUser, token);
        }

        if (entry?["auth"]?.GetValue<string>() is not { Length: > 0 } auth)
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth)).TrimEnd('\0').Split(':', 2);
        return pair is [var user, var password] ? With(registry, user, password) : throw new FormatException("auth is not user:password.");
    }

    // As docker: the name itself, or else the first key with the same host, whatever its scheme and path.
    private static JsonNode? EntryOf(JsonObject? entries, string registry) =>
        entries?[registry] ?? entries?.FirstOrDefault(entry => HostOf(entry.Key) == HostOf(registry)).Value;

    private static string HostOf(string key) => key[(key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..].Split('/')[0];

    private static AuthConfig? With(string registry, string? user, string? secret) =>
        string.IsNullOrEmpty(secret)
            ? null
            : user == TokenUser
                ? new AuthConfig { ServerAddress = registry, IdentityToken = secret }
                : new AuthConfig { ServerAddress = registry, Username = user, Password = secret };
}
