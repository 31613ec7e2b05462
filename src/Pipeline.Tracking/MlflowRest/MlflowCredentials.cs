using System.Net.Http.Headers;
using System.Text;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>What a server is shown to know who asks; neither printed nor left in what a server says.</summary>
public sealed class MlflowCredentials
{
    private readonly string _bearer;
    private readonly string[] _secrets;

    private MlflowCredentials(string scheme, string parameter, string bearer, params string[] secrets)
    {
        Header = new AuthenticationHeaderValue(scheme, parameter);
        _bearer = bearer;
        _secrets = [.. secrets.Append(parameter).Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length)];
    }

    internal AuthenticationHeaderValue Header { get; }

    public static MlflowCredentials Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")), $"the user '{user}'", password);

    /// <summary>A token: ASCII without blanks.</summary>
    public static MlflowCredentials Bearer(string token) => new("Bearer", token, "the token");

    /// <summary>Whom they are of, without anything secret: <c>the user 'x'</c>.</summary>
    public override string ToString() => _bearer;

    /// <summary>A text without what is secret: a server, or a proxy before it, may repeat what it was sent.</summary>
    internal string Redact(string text) => _secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, "***", StringComparison.Ordinal));
}
