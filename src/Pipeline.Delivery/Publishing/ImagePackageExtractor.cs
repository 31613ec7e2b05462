using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>Gets the model package out of an image, for comparing with a champion that this machine's store does not have.</summary>
public sealed class ImagePackageExtractor(DockerEngine engine, RunLog log)
{
    private const string PackageFolder = "/model/.";

    /// <param name="reference">The image's repository.</param>
    /// <param name="digest">Of the image's manifest.</param>
    /// <param name="destination">An absent or empty folder, filled with the package.</param>
    /// <param name="cancellationToken">Cancelled: the folder may be incomplete.</param>
    /// <returns>The package, its files checked; null if the image is not to be had (the log says why).</returns>
    /// <exception cref="InvalidDataException">The image holds no sound package.</exception>
    public async Task<PackagedModel?> TryExtractAsync(ImageReference reference, Digest digest, string destination, CancellationToken cancellationToken)
    {
        var name = reference.WithDigest(digest);
        if (await engine.FindImageAsync(name, cancellationToken) is null)
        {
            var credentials = await RegistryCredentials.FindAsync(reference.Registry, cancellationToken);
            if (await engine.TryPullAsync(name, credentials, cancellationToken) is { } fault)
            {
                log.Warn($"{name} is neither in the Docker engine nor to be had from its registry: {fault.Trim()}");
                return null;
            }
        }

        await CopyAsync(name, destination, cancellationToken);
        return PackageReader.Open(destination);
    }

    private async Task CopyAsync(string image, string destination, CancellationToken cancellationToken)
    {
        // Created, never started. Labelled as a smoke test's, so that a later one removes it if this process is killed right here.
        var container = await engine.Client.Containers.CreateContainerAsync(
            new CreateContainerParameters { Image = image, Labels = ContainerOwner.Labels, HostConfig = new HostConfig { NetworkMode = "none" } },
            CancellationToken.None);
        try
        {
            var archive = await engine.Client.Containers.GetArchiveFromContainerAsync(container.ID, new ContainerPathStatParameters { Path = PackageFolder }, statOnly: false, cancellationToken);
            await using var stream = archive.Stream!;
            await UnpackAsync(stream, destination, cancellationToken);
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            throw new InvalidDataException($"The image {image} has no folder /model: it was not made by this pipeline.", e);
        }
        finally
        {
            await engine.Client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None);
        }
    }

    private static async Task UnpackAsync(Stream archive, string destination, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(destination) + Path.DirectorySeparatorChar;
        Directory.CreateDirectory(root);

        // The client library's stream takes a read of zero bytes, which the tar reader does at a file's end, for a broken connection.
        await using var buffer = new FileStream(Path.Combine(root, ".archive"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        await archive.CopyToAsync(buffer, cancellationToken);
        buffer.Position = 0;
        await using var reader = new TarReader(buffer);
        while (await reader.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            var path = Path.GetFullPath(Path.Combine(root, entry.Name.TrimStart('/')));
            if (entry.EntryType == TarEntryType.Directory)
            {
                continue;
            }

            // A package holds plain files only; a link could lead out of the folder.
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !path.StartsWith(root, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"The image's model package holds {entry.Name}, which is not a file inside it.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await entry.ExtractToFileAsync(path, overwrite: false, cancellationToken);
        }
    }
}
