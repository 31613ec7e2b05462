using System.Net.Http.Headers;
using System.Text;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>Where a Prometheus server is, and how to be let in. The secret is in nothing that can be printed.</summary>
public sealed class PrometheusAddress
{
    /// <summary>The environment variable with a bearer token; a secret has no place on a command line.</summary>
    public const string TokenVariable = "PROMETHEUS_TOKEN";

    private PrometheusAddress(Uri url, AuthenticationHeaderValue? authorization)
    {
        Url = url;
        Authorization = authorization;
    }

    /// <summary>Without user and password; ends with a slash, so that the API lies below it.</summary>
    public Uri Url { get; }

    internal AuthenticationHeaderValue? Authorization { get; }

    /// <param name="text">Such as <c>http://prometheus:9090</c> or <c>https://user:password@host/prometheus</c>.</param>
    /// <param name="token">A bearer token; null or empty for none. A user in the address goes before it.</param>
    /// <exception cref="PipelineException">Usage: the text is no such address, or the token has characters that no header may have.</exception>
    public static PrometheusAddress Parse(string text, string? token)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            // The text itself may hold a password.
            throw new PipelineException(ExitCode.Usage, "The address of Prometheus is none: it must be http:// or https://, a host and perhaps a port and a path, such as http://prometheus:9090, without ? or #.");
        }

        var plain = new UriBuilder(url) { UserName = string.Empty, Password = string.Empty, Path = url.AbsolutePath.TrimEnd('/') + "/" }.Uri;
        return new PrometheusAddress(plain, url.UserInfo.Length > 0 ? BasicOf(url.UserInfo) : BearerToken.Of(token, TokenVariable));
    }

    /// <summary>Without secrets.</summary>
    public override string ToString() => Url.AbsoluteUri.TrimEnd('/');

    private static AuthenticationHeaderValue BasicOf(string userInfo)
    {
        var parts = userInfo.Split(':', 2);
        var credentials = $"{Uri.UnescapeDataString(parts[0])}:{(parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : string.Empty)}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
    }
}
