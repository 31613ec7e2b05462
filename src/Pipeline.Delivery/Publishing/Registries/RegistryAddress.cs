using System.Net;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>Where a registry's API is, and to which addresses it may send on.</summary>
internal static class RegistryAddress
{
    private const string DockerHubApi = "registry-1.docker.io";

    /// <summary>The host and port that requests go to: the registry itself, but for Docker Hub, whose API has another name.</summary>
    public static string ApiOf(string registry) => RegistryCredentials.IsDockerHub(registry) ? DockerHubApi : registry;

    /// <summary>True for 127.0.0.0/8, ::1 and localhost, where Docker, too, takes plain HTTP.</summary>
    public static bool IsLoopback(string registry) =>
        Uri.TryCreate($"https://{registry}", UriKind.Absolute, out var address) && IsLoopback(address);

    /// <summary>True if requests on behalf of a registry may go to an address: https anywhere but this machine; this machine, plainly too, if the registry is on it.</summary>
    public static bool IsAllowed(Uri address, string registry) =>
        IsLoopback(address) ? IsLoopback(registry) && address.Scheme is "http" or "https" : address.Scheme == "https";

    /// <exception cref="PipelineException">Usage: the text is no host[:port].</exception>
    public static Uri Of(string scheme, string registry) =>
        Uri.TryCreate($"{scheme}://{ApiOf(registry)}/", UriKind.Absolute, out var address) && address.AbsolutePath == "/" && address.UserInfo.Length == 0
            ? address
            : throw new PipelineException(ExitCode.Usage, $"'{registry}' is no registry. It is written host[:port], for example 127.0.0.1:5000 or registry.example.com.");

    private static bool IsLoopback(Uri address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
