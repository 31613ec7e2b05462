using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>
/// Files beside an image in its registry, tied to its digest as OCI 1.1 has it: found by the referrers API, or by an index under the tag <c>sha256-…</c> where a registry does
/// not have that. Attaching the same file again changes nothing.
/// </summary>
public sealed class Referrers(RegistryClient client)
{
    /// <summary>The most bytes of one file.</summary>
    public const int MaximumBytes = 64 * 1024 * 1024;

    private const int MaximumAttempts = 8;
    private const int MaximumPages = 100;

    // Somebody who read the index before us writes within this time, or is too slow to be waited for. Up to twice as long, so that two do not keep step.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMilliseconds(300);

    /// <summary>Attaches a file to an image.</summary>
    /// <exception cref="PipelineException">As of <see cref="AttachAllAsync"/>.</exception>
    public Task AttachAsync(ImageReference reference, Digest subject, Attachment attachment, CancellationToken cancellationToken) => AttachAllAsync(reference, subject, [attachment], cancellationToken);

    /// <summary>Attaches files to an image; those that it has already are left as they are.</summary>
    /// <returns>How many were new.</returns>
    /// <exception cref="PipelineException">The image is not there, a file is too large, or the registry does not answer or refuses.</exception>
    public async Task<int> AttachAllAsync(ImageReference reference, Digest subject, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken)
    {
        var image = await client.FindManifestAsync(reference, subject.ToString(), cancellationToken)
            ?? throw new PipelineException(ExitCode.ToolError, $"Nothing can be attached to {reference.WithDigest(subject)}: {client.Registry} does not have it. Run ./build.sh Push first.");
        var known = await FindAsync(reference, subject, cancellationToken);
        var fallback = new List<JsonObject>();
        var made = 0;
        foreach (var attachment in attachments)
        {
            Check(attachment);
            var manifest = ArtifactManifest.Of(image, attachment);
            if (known.Contains(Digest.Of(manifest)))
            {
                continue;
            }

            made++;
            if (!await SendAsync(reference, attachment, manifest, cancellationToken))
            {
                fallback.Add(ArtifactManifest.DescriptorOf(manifest, attachment));
            }
        }

        if (fallback.Count > 0)
        {
            await ListUnderTagAsync(reference, subject, fallback, cancellationToken);
        }

        return made;
    }

    /// <summary>The files beside an image. What is not one file tied to this very image is left out.</summary>
    /// <exception cref="PipelineException">The registry does not answer, refuses, or has something else in the place of the list.</exception>
    public async Task<IReadOnlyList<Referrer>> ListAsync(ImageReference reference, Digest subject, CancellationToken cancellationToken)
    {
        var digests = await FindAsync(reference, subject, cancellationToken);
        var referrers = new List<Referrer>();
        foreach (var digest in digests)
        {
            if (await client.FindManifestAsync(reference, digest.ToString(), cancellationToken) is { } manifest && ArtifactManifest.Read(manifest, subject) is { } referrer)
            {
                referrers.Add(referrer);
            }
        }

        return referrers;
    }

    /// <summary>A file's bytes, hashed again.</summary>
    /// <exception cref="PipelineException">It is too large, is not there, or is another than its digest says.</exception>
    public async Task<byte[]> FetchAsync(ImageReference reference, Referrer referrer, CancellationToken cancellationToken) =>
        referrer.Size <= MaximumBytes
            ? await client.DownloadBlobAsync(reference, referrer.Content, referrer.Size, cancellationToken)
            : throw new PipelineException(ExitCode.ToolError, $"{referrer.Name ?? "An attachment"} ({reference.WithDigest(referrer.Content)}) has {referrer.Size} bytes; more than {MaximumBytes} are not read.");

    private static void Check(Attachment attachment)
    {
        if (attachment.Content.Length > MaximumBytes)
        {
            throw new PipelineException(ExitCode.ToolError, $"{attachment.Name} has {attachment.Content.Length} bytes; more than {MaximumBytes} are not attached to an image.");
        }
    }

    /// <returns>True if the registry itself lists the manifest among the subject's referrers.</returns>
    private async Task<bool> SendAsync(ImageReference reference, Attachment attachment, byte[] manifest, CancellationToken cancellationToken)
    {
        try
        {
            await client.UploadBlobAsync(reference, ArtifactManifest.EmptyConfig, cancellationToken);
            await client.UploadBlobAsync(reference, attachment.Content, cancellationToken);
            return await client.PutManifestAsync(reference, Digest.Of(manifest).ToString(), OciMediaTypes.ImageManifest, manifest, cancellationToken);
        }
        catch (PipelineException e)
        {
            throw new PipelineException(e.ExitCode, $"{attachment.Name} is not attached to the image, which itself is in the registry. A registry must take OCI manifests to keep what vouches for an image. {e.Message}", e);
        }
    }

    private async Task<IReadOnlyList<Digest>> FindAsync(ImageReference reference, Digest subject, CancellationToken cancellationToken)
    {
        var (index, next) = await client.FindReferrersAsync(reference, subject, null, cancellationToken);
        if (index is null)
        {
            var tag = ReferrersIndex.TagOf(subject);
            return ReferrersIndex.Read(await client.FindManifestAsync(reference, tag, cancellationToken), reference.WithTag(tag));
        }

        var name = $"The list of attachments of {reference.WithDigest(subject)}";
        var digests = new List<Digest>(ReferrersIndex.Read(index, name));
        for (var page = 1; next is not null && page < MaximumPages && digests.Count < ReferrersIndex.MaximumEntries; page++)
        {
            (index, next) = await client.FindReferrersAsync(reference, subject, next, cancellationToken);
            digests.AddRange(ReferrersIndex.Read(index, name));
        }

        return [.. digests.Distinct()];
    }

    /// <summary>
    /// Keeps the index under the tag. No registry lets a tag be changed on condition that nobody else has, so after writing the index is read again, twice and with a pause in
    /// between: whose entries were overwritten by somebody else adds them again.
    /// </summary>
    private async Task ListUnderTagAsync(ImageReference reference, Digest subject, List<JsonObject> descriptors, CancellationToken cancellationToken)
    {
        var tag = ReferrersIndex.TagOf(subject);
        var name = reference.WithTag(tag);
        var sound = 0;
        for (var attempt = 0; attempt < MaximumAttempts; attempt++)
        {
            var changed = ReferrersIndex.With(await client.FindManifestAsync(reference, tag, cancellationToken), descriptors, name);
            if (changed is not null)
            {
                sound = 0;
                await client.PutManifestAsync(reference, tag, OciMediaTypes.ImageIndex, changed, cancellationToken);
            }
            else if (++sound == 2)
            {
                return;
            }
            else
            {
                await Task.Delay(SettlingTime * (1 + (RandomNumberGenerator.GetInt32(100) / 100d)), cancellationToken);
            }
        }

        throw new PipelineException(ExitCode.ToolError, $"{name}, the list of attachments, is overwritten by somebody else again and again. Run it again when they are done.");
    }
}
