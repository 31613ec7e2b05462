using Pipeline.Delivery.Publishing.Registries;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>Gets the files that were attached to an image, for who approves on a machine that made none of them.</summary>
public static class EvidenceFetcher
{
    /// <summary>The attached file with a digest.</summary>
    /// <param name="reference">The image's repository.</param>
    /// <param name="image">Digest of its manifest.</param>
    /// <param name="evidence">Digest of the file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The bytes, hashed again; null if no such file is attached to this image.</returns>
    /// <exception cref="PipelineException">The registry does not answer, refuses, or answers with other bytes.</exception>
    public static async Task<byte[]?> TryFetchAsync(ImageReference reference, Digest image, Digest evidence, CancellationToken cancellationToken)
    {
        using var client = await RegistryClient.ConnectAsync(reference.Registry, cancellationToken);
        var referrers = new Referrers(client);
        var found = (await referrers.ListAsync(reference, image, cancellationToken)).FirstOrDefault(referrer => referrer.Content == evidence);
        return found is null ? null : await referrers.FetchAsync(reference, found, cancellationToken);
    }
}
