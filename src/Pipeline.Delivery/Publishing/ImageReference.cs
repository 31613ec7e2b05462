using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>A repository of a registry, such as <c>registry.example.com/team/flight-delay</c>.</summary>
/// <param name="Registry">Host and, if given, port.</param>
/// <param name="Repository">Path below the registry, without a leading slash.</param>
public readonly partial record struct ImageReference(string Registry, string Repository)
{
    /// <summary>Both parts, as docker writes it.</summary>
    [JsonIgnore]
    public string Name => $"{Registry}/{Repository}";

    /// <summary>The repository of a model below what the user gave as <c>--registry</c>.</summary>
    /// <param name="registry"><c>host[:port][/path]</c>.</param>
    /// <param name="modelName">The model's name.</param>
    /// <exception cref="PipelineException">Usage: the text is not of that form; the message says what is wrong with it.</exception>
    public static ImageReference Create(string registry, string modelName)
    {
        var (host, path) = registry.Split('/', 2) is [var first, var rest] ? (first, rest) : (registry, null);
        var fault =
            registry.Contains("://", StringComparison.Ordinal) ? "it has a scheme; leave it out"
            : !HostPattern().IsMatch(host) ? $"'{host}' is not host[:port]"
            : !IsHost(host) ? $"docker would take '{host}' for a folder of its default registry; give a port or a full host name"
            : HasBadPort(host) ? "the port is not between 1 and 65535"
            : path is not null && !PathPattern().IsMatch(path) ? $"'{path}' is not a path of lower-case letters, digits and single . _ - between them"
            : null;
        return fault is null
            ? new ImageReference(host, path is null ? modelName : $"{path}/{modelName}")
            : throw new PipelineException(ExitCode.Usage, $"--registry {registry}: {fault}. It is written host[:port][/path], for example 127.0.0.1:5000 or registry.example.com/team.");
    }

    /// <summary>Reads back what <see cref="Name"/> wrote.</summary>
    /// <exception cref="FormatException">There is no slash between registry and repository.</exception>
    public static ImageReference Parse(string name) =>
        name.Split('/', 2) is [{ Length: > 0 } registry, { Length: > 0 } repository] ? new ImageReference(registry, repository) : throw new FormatException($"'{name}' is not registry/repository.");

    /// <summary>By digest: the one form that always means the same image.</summary>
    public string WithDigest(Digest digest) => $"{Name}@{digest}";

    /// <summary>By tag, which may be moved.</summary>
    public string WithTag(string tag) => $"{Name}:{tag}";

    public override string ToString() => Name;

    private static bool IsHost(string host) => host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal) || host == "localhost";

    private static bool HasBadPort(string host) => host.Split(':') is [_, var port] && !(int.TryParse(port, out var number) && number is >= 1 and <= 65_535);

    [GeneratedRegex(@"^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex PathPattern();
}
