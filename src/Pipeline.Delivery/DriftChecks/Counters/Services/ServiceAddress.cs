using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Services;

/// <summary>Where one replica of a service is.</summary>
internal static class ServiceAddress
{
    /// <param name="text">Such as <c>http://10.0.0.7:8080</c>; <c>/metrics</c> may follow.</param>
    /// <returns>The address of its metrics page.</returns>
    /// <exception cref="PipelineException">Usage: the text is no such address.</exception>
    public static Uri MetricsPageOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
            ? url.AbsolutePath.TrimEnd('/').EndsWith("/metrics", StringComparison.Ordinal) ? url : new Uri($"{url.AbsoluteUri.TrimEnd('/')}/metrics")
            : throw new PipelineException(ExitCode.Usage, "The address of a service is none: it must be http:// or https://, a host and perhaps a port and a path, such as http://10.0.0.7:8080, without user, ? or #.");
}
