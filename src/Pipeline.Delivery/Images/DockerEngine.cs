using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Pipeline.Delivery.Images;

/// <summary>The Docker engine of this machine, found as the docker command line finds it: DOCKER_HOST, the active context, the platform's socket. Thread-safe.</summary>
public sealed class DockerEngine : IDisposable
{
    // The models of the client library are those of this API; the library itself negotiates nothing.
    private static readonly System.Version NewestApi = new(1, 54);

    // Docker 20.10, the oldest that every call here was tried on.
    private static readonly System.Version OldestApi = new(1, 41);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    private readonly DockerClientBuilder _builder;

    private DockerEngine(DockerClientBuilder builder, DockerClient client, string version, string architecture)
    {
        _builder = builder;
        Client = client;
        Version = version;
        Architecture = architecture;
    }

    /// <summary>The engine's version, such as <c>28.2.2</c>.</summary>
    public string Version { get; }

    /// <summary>As images name it: <c>amd64</c>, <c>arm64</c>.</summary>
    public string Architecture { get; }

    /// <summary>The .NET name of the platform that the engine's containers run on.</summary>
    public string RuntimeIdentifier => Architecture == "arm64" ? "linux-arm64" : "linux-x64";

    internal DockerClient Client { get; }

    /// <summary>Where ports of containers that are bound to the loopback address can be reached.</summary>
    internal string HostName => Client.Options.Endpoint.Scheme is "tcp" or "http" or "https" ? Client.Options.Endpoint.Host : "127.0.0.1";

    /// <summary>Connects, within two seconds.</summary>
    /// <returns>The engine, or null and why there is none: not installed, not running, not allowed, too old, too new.</returns>
    public static async Task<(DockerEngine? Engine, string? Reason)> TryConnectAsync(CancellationToken cancellationToken)
    {
        var builder = new DockerClientBuilder();
        try
        {
            using var probe = builder.Build();
            return await TryConnectAsync(builder, probe, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever DOCKER_HOST or the context says that the client library cannot use, each with an exception of its own.
            return (null, $"no Docker engine: {e.Message}");
        }
    }

    /// <summary>A client that shows credentials to the registry on every request; for calls that take none.</summary>
    internal DockerClient CreateClient(string registryAuthHeader) => _builder.WithHeader("X-Registry-Auth", registryAuthHeader).Build();

    /// <summary>An image by reference or ID; null if the engine has none.</summary>
    public async Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            var image = await Client.Images.InspectImageAsync(reference, cancellationToken);
            return new EngineImage(image.ID, [.. image.RepoTags ?? []], [.. image.RepoDigests ?? []], image.Size, new Dictionary<string, string>(image.Config?.Labels ?? new Dictionary<string, string>()));
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    /// <summary>All that decides what a container of the image holds and does: platform, layers, settings, labels. Two builds of the same inputs have it in common; times, and the commit, are not in it.</summary>
    /// <returns>Null if the engine has no such image.</returns>
    internal async Task<JsonObject?> ContentOfAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            var image = await Client.Images.InspectImageAsync(reference, cancellationToken);
            var settings = JsonSerializer.SerializeToNode(image.Config) as JsonObject ?? [];
            // The classic builder's: the image of the step before, and the container that made it.
            foreach (var name in (string[])["Image", "Hostname", "Domainname"])
            {
                settings.Remove(name);
            }

            (settings["Labels"] as JsonObject)?.Remove(ImageLabels.Revision);
            return new JsonObject
            {
                ["architecture"] = image.Architecture,
                ["os"] = image.Os,
                ["layers"] = new JsonArray([.. (image.RootFS?.Layers ?? []).Select(layer => (JsonNode)layer)]),
                ["settings"] = settings,
            };
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives an image one more name.</summary>
    internal Task TagAsync(string imageId, string repository, string tag, CancellationToken cancellationToken) =>
        Client.Images.TagImageAsync(imageId, new ImageTagParameters { RepositoryName = repository, Tag = tag }, cancellationToken);

    /// <summary>Takes a name off an image; the image goes when it was the last one.</summary>
    internal async Task RemoveImageAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            await Client.Images.DeleteImageAsync(reference, new ImageDeleteParameters(), cancellationToken);
        }
        catch (DockerImageNotFoundException)
        {
            // Gone already.
        }
    }

    /// <summary>Pulls by tag or by digest.</summary>
    /// <returns>Why it failed; null if the image is there now.</returns>
    internal async Task<string?> TryPullAsync(string reference, AuthConfig? credentials, CancellationToken cancellationToken)
    {
        // Without a tag the engine would pull every tag there is.
        var (name, tag) = reference.Contains('@', StringComparison.Ordinal) ? (reference, null) : SplitTag(reference);
        var messages = new StreamedMessages();
        try
        {
            await Client.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = name, Tag = tag }, credentials, messages, cancellationToken);
        }
        catch (DockerApiException e)
        {
            return e.ResponseBody ?? e.Message;
        }

        return messages.Error;
    }

    public void Dispose() => Client.Dispose();

    private static async Task<(DockerEngine? Engine, string? Reason)> TryConnectAsync(DockerClientBuilder builder, DockerClient probe, CancellationToken cancellationToken)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(ConnectTimeout);
            var version = await probe.System.GetVersionAsync(timeout.Token);
            return Accept(builder, version);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"the Docker engine at {probe.Options.Endpoint} does not answer within {ConnectTimeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Each transport fails in its own way (some wrap a socket's exception in an AggregateException); all mean that there is no engine to use.
            return (null, $"no Docker engine at {probe.Options.Endpoint}: {Innermost(e).Message}");
        }
    }

    private static (DockerEngine? Engine, string? Reason) Accept(DockerClientBuilder builder, VersionResponse version)
    {
        var newest = System.Version.Parse(version.APIVersion);
        var oldest = System.Version.TryParse(version.MinAPIVersion, out var parsed) ? parsed : OldestApi;
        if (newest < OldestApi)
        {
            return (null, $"the Docker engine {version.Version} is too old: it speaks API {newest}, at least {OldestApi} (Docker 20.10) is needed");
        }

        if (oldest > NewestApi)
        {
            return (null, $"the Docker engine {version.Version} is too new: it wants API {oldest} at least, this program speaks up to {NewestApi}");
        }

        if (version.Os != "linux")
        {
            return (null, $"the Docker engine {version.Version} runs {version.Os} containers; Linux containers are needed");
        }

        builder.WithApiVersion(newest < NewestApi ? newest : NewestApi);
        return (new DockerEngine(builder, builder.Build(), version.Version, version.Arch), null);
    }

    private static (string Name, string Tag) SplitTag(string reference)
    {
        var colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? (reference[..colon], reference[(colon + 1)..]) : (reference, "latest");
    }

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
