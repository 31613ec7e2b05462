using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Publishing.Registries;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>What promotions have to do with a registry, which holds the images that they move.</content>
public sealed partial class ModelDelivery
{
    /// <summary>Lets the tag that is a stage's name point at an image, for those who deploy by it. Where it does already, nothing is written.</summary>
    private async Task MoveTagAsync(ResourceDescriptor image, string stage, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(image.Name);
        using var client = await RegistryClient.ConnectAsync(reference.Registry, cancellationToken);
        if (await client.ResolveAsync(reference, stage, cancellationToken) != image.Sha256())
        {
            await client.TagAsync(reference, image.Sha256(), stage, cancellationToken);
            _log.Info($"{PromoteStage.Name}: {reference.WithTag(stage)} is {image.Sha256()} now");
        }
    }

    private static Task<byte[]?> FetchEvidenceAsync(ResourceDescriptor image, Digest evidence, CancellationToken cancellationToken) =>
        EvidenceFetcher.TryFetchAsync(ImageReference.Parse(image.Name), image.Sha256(), evidence, cancellationToken);

    private static async Task<Digest?> ResolveTagAsync(ResourceDescriptor image, string stage, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Parse(image.Name);
        using var client = await RegistryClient.ConnectAsync(reference.Registry, cancellationToken);
        return await client.ResolveAsync(reference, stage, cancellationToken);
    }
}
