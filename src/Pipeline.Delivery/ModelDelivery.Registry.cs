using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>What promotions have to do with a registry, which holds the images that they move.</content>
public sealed partial class ModelDelivery
{
    private static Task MoveTagAsync(ResourceDescriptor image, string stage, CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task<byte[]?> FetchEvidenceAsync(ResourceDescriptor image, Digest evidence, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

    private static Task<Digest?> ResolveTagAsync(ResourceDescriptor image, string stage, CancellationToken cancellationToken) => Task.FromResult<Digest?>(null);
}
