using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>
/// Gets tokens where a registry says they are given: anonymously, for user and password (GET), or for the identity token that <c>docker login</c> left (POST, OAuth 2's refresh
/// token), as the distribution project's token specification has it.
/// </summary>
internal sealed class TokenService(string registry, AuthConfig? credentials, Func<RegistryRequest, AuthenticationHeaderValue?, CancellationToken, Task<RegistryAnswer>> send)
{
    private const string Client = "ml-delivery-pipeline";

    /// <param name="challenge">What the registry asked for.</param>
    /// <param name="wantedScope">What is asked for if the challenge does not say.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PipelineException">The service is not at a safe address, refuses, or gives no token.</exception>
    public async Task<string> GetAsync(AuthenticationChallenge challenge, string wantedScope, CancellationToken cancellationToken)
    {
        var service = AddressOf(challenge);
        var fields = new Dictionary<string, string>();
        Add(fields, "service", challenge.Service);
        Add(fields, "scope", challenge.Scope ?? wantedScope);
        var answer = credentials?.IdentityToken is { Length: > 0 } identity
            ? await PostAsync(service, fields, identity, cancellationToken)
            : await AskAsync(service, fields, cancellationToken);
        return answer.IsSuccess
            ? TokenIn(answer) ?? throw new PipelineException(ExitCode.ToolError, $"The token service {service.Authority} of {registry} answers without a token. Is --registry spelled right?")
            : throw RegistryConnectionFault.Of($"No token from {service.Authority}, the token service of {registry}", registry, answer, credentials);
    }

    private Task<RegistryAnswer> AskAsync(Uri service, Dictionary<string, string> fields, CancellationToken cancellationToken)
    {
        var basic = BasicOf(credentials);
        Add(fields, "account", basic is null ? null : credentials!.Username);
        var query = string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        var address = new UriBuilder(service) { Query = service.Query.Length > 1 ? $"{service.Query[1..]}&{query}" : query }.Uri;
        return send(new RegistryRequest(HttpMethod.Get, address, string.Empty), basic, cancellationToken);
    }

    private Task<RegistryAnswer> PostAsync(Uri service, Dictionary<string, string> fields, string identity, CancellationToken cancellationToken)
    {
        Add(fields, "grant_type", "refresh_token");
        Add(fields, "client_id", Client);
        Add(fields, "refresh_token", identity);
        var form = string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        var request = new RegistryRequest(HttpMethod.Post, service, string.Empty) { Content = Encoding.ASCII.GetBytes(form), ContentType = "application/x-www-form-urlencoded" };
        return send(request, null, cancellationToken);
    }

    /// <summary>The header of user and password; null if there are none.</summary>
    public static AuthenticationHeaderValue? BasicOf(AuthConfig? credentials) => credentials is { Username.Length: > 0, Password.Length: > 0 }
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")))
        : null;

    // Credentials go there: never in plain text over a network, and never from a remote registry's word to a port of this machine.
    private Uri AddressOf(AuthenticationChallenge challenge) =>
        Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var address) && RegistryAddress.IsAllowed(address, registry)
            ? address
            : throw new PipelineException(ExitCode.ToolError, $"{registry} names {challenge.Realm} as its token service, which is not https: no credentials are sent there. Is --registry spelled right?");

    private static string? TokenIn(RegistryAnswer answer)
    {
        try
        {
            var json = JsonNode.Parse(answer.Body);
            var token = json?["token"]?.GetValue<string>() ?? json?["access_token"]?.GetValue<string>();
            return token is { Length: > 0 } && token.All(c => c is > ' ' and < (char)127) ? token : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Add(Dictionary<string, string> fields, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            fields[name] = value;
        }
    }
}
