using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>
/// Finds what another run has pushed of the same inputs, so that a retry gives the digest that is there and not a second one. The key's label says where to look and proves
/// nothing, as whoever may push may write it: the image counts if its layers and its settings are those of the one built here.
/// </summary>
internal sealed class PublishedImages(DockerEngine engine, RunLog log)
{
    private const int MaximumConfigurationBytes = 8 * 1024 * 1024;

    /// <param name="built">Built here.</param>
    /// <param name="registry"><c>host[:port][/path]</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The other image's ID in the engine, which has it now; null if there is none, or it cannot be had: the log says why.</returns>
    public async Task<string?> FindTwinAsync(ContainerImage built, string registry, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Create(registry, built.ModelName);
        try
        {
            var key = (await engine.FindImageAsync(built.ImageId, cancellationToken))?.Labels.GetValueOrDefault(ImageLabels.Key);
            return key is not null && await FindAsync(reference, built, key, cancellationToken) is { } digest ? await TakeAsync(reference, built, digest, cancellationToken) : null;
        }
        catch (PipelineException e)
        {
            // Pushing is what needs the registry, and says so if it still does not answer.
            log.Warn($"Whether {reference.WithTag(built.Version)} is there already cannot be said: {e.Message}");
            return null;
        }
    }

    /// <summary>The digest under the version's tag, if it is of another image with the same key.</summary>
    private static async Task<Digest?> FindAsync(ImageReference reference, ContainerImage built, string key, CancellationToken cancellationToken)
    {
        using var client = await RegistryClient.ConnectAsync(reference.Registry, cancellationToken);
        if (await client.FindManifestAsync(reference, built.Version, cancellationToken) is not { } manifest
            || !Digest.TryParse(ArtifactManifest.TextOf(manifest.Json?["config"], "digest"), out var configuration)
            || configuration.ToString() == built.ImageId)
        {
            return null;
        }

        var content = await client.DownloadBlobAsync(reference, configuration, MaximumConfigurationBytes, cancellationToken);
        return KeyIn(content) == key ? manifest.Digest : null;
    }

    private async Task<string?> TakeAsync(ImageReference reference, ContainerImage built, Digest digest, CancellationToken cancellationToken)
    {
        var name = reference.WithDigest(digest);
        var credentials = await RegistryCredentials.FindAsync(reference.Registry, cancellationToken);
        if (await engine.TryPullAsync(name, credentials, cancellationToken) is { } fault)
        {
            log.Warn($"{name} was made of the same package, service and base and cannot be pulled; what was built here will be pushed in its place. {fault.Trim()}");
            return null;
        }

        var (ours, theirs) = (await engine.ContentOfAsync(built.ImageId, cancellationToken), await engine.ContentOfAsync(name, cancellationToken));
        if (ours is null || theirs is null || !JsonNode.DeepEquals(ours, theirs))
        {
            log.Warn($"{name} says that it was made of the same package, service and base, and holds something else than what was built here, which will be pushed in its place. Was it built by another version of Docker, or by somebody else?");
            return null;
        }

        log.Info($"{ContainerImageStage.Name}: {name} is the same but for its time; it is used instead of the one built here.");
        return (await engine.FindImageAsync(name, cancellationToken))?.Id;
    }

    private static string? KeyIn(byte[] configuration)
    {
        try
        {
            return ArtifactManifest.TextOf((JsonNode.Parse(configuration) as JsonObject)?["config"]?["Labels"], ImageLabels.Key);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
