using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>Evidence by its digest: what promotions rest on is kept under artifacts/, so that an approver can be shown it; what is not here is fetched from the registry.</summary>
/// <param name="artifactsDirectory">The clone's folder artifacts.</param>
/// <param name="fetch">Fetches what is attached to an image; null where there is no registry to ask.</param>
public sealed class EvidenceFiles(string artifactsDirectory, Func<ResourceDescriptor, Digest, CancellationToken, Task<byte[]?>>? fetch)
{
    private string Folder => Path.Combine(artifactsDirectory, "evidence");

    /// <summary>Keeps a copy.</summary>
    /// <returns>Its name and digest.</returns>
    public ResourceDescriptor Keep(string name, string path)
    {
        var bytes = File.ReadAllBytes(path);
        var digest = Digest.Of(bytes);
        Write(digest, bytes);
        return ResourceDescriptor.Of(name, digest);
    }

    /// <param name="evidence">Its name and digest.</param>
    /// <param name="image">The image that it may be attached to; null if there is none.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    /// <returns>Its bytes, which have that digest; null if they are not to be had.</returns>
    public async Task<byte[]?> TryReadAsync(ResourceDescriptor evidence, ResourceDescriptor? image, CancellationToken cancellationToken)
    {
        var digest = evidence.Sha256();
        var path = PathOf(digest);
        if (File.Exists(path) && await File.ReadAllBytesAsync(path, cancellationToken) is var kept && Digest.Of(kept) == digest)
        {
            return kept;
        }

        if (image is null || fetch is null || await fetch(image, digest, cancellationToken) is not { } fetched)
        {
            return null;
        }

        if (Digest.Of(fetched) != digest)
        {
            throw new PipelineException(ExitCode.ToolError, $"The registry gives other bytes than {digest} for {evidence.Name} of {image.Name}.");
        }

        Write(digest, fetched);
        return fetched;
    }

    private void Write(Digest digest, byte[] bytes)
    {
        Directory.CreateDirectory(Folder);
        DurableFiles.Replace(PathOf(digest), bytes);
    }

    private string PathOf(Digest digest) => Path.Combine(Folder, digest.Hex + ".json");
}
