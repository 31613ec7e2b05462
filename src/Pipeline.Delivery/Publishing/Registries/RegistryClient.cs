using System.Net;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>
/// The OCI distribution API (1.1) of one registry: manifests, tags, blobs and referrers, with what <c>docker login</c> left as credentials. Nothing that is got by a digest is
/// returned before it has been hashed again. Plain HTTP is spoken with loopback addresses only. Thread-safe.
/// </summary>
public sealed partial class RegistryClient : IDisposable
{
    /// <summary>The most bytes of a manifest, as the OCI's specification has it.</summary>
    public const int MaximumManifestBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    private readonly RegistryTransport _transport;
    private readonly Uri _root;

    private RegistryClient(string registry, RegistryTransport transport, Uri root)
    {
        Registry = registry;
        _transport = transport;
        _root = root;
    }

    /// <summary>Host and, if given, port.</summary>
    public string Registry { get; }

    internal AuthConfig? Credentials => _transport.Credentials;

    /// <summary>Finds out whether a registry answers, and how it is spoken to. Credentials are shown later, when it asks for them.</summary>
    /// <param name="registry"><c>host[:port]</c>; a path behind it, as <c>--registry</c> may have, does not matter.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PipelineException">Nothing answers there, something that is no registry, or docker's credentials cannot be read.</exception>
    public static Task<RegistryClient> ConnectAsync(string registry, CancellationToken cancellationToken) => ConnectAsync(registry, RequestTimeout, cancellationToken);

    internal static async Task<RegistryClient> ConnectAsync(string registry, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var host = registry.Split('/')[0];
        var secure = RegistryAddress.Of("https", host);
        var transport = new RegistryTransport(host, await RegistryCredentials.FindAsync(host, cancellationToken), timeout);
        try
        {
            var root = RegistryAddress.IsLoopback(host) && await SpeaksPlainHttpAsync(transport, host, cancellationToken) ? RegistryAddress.Of("http", host) : secure;
            var answer = root == secure ? await ProbeAsync(transport, root, cancellationToken) : null;
            return answer?.Status is HttpStatusCode.NotFound
                ? throw new PipelineException(ExitCode.ToolError, $"What answers at {host} is no registry: it has no /v2/. Is --registry spelled right?")
                : new RegistryClient(host, transport, root);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>What a tag or a digest stands for.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="tagOrDigest">A tag, or <c>sha256:…</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The manifest's digest, of the bytes themselves; null if there is none.</returns>
    /// <exception cref="PipelineException">The registry does not answer, refuses, or answers with other bytes than their digest says.</exception>
    public async Task<Digest?> ResolveAsync(ImageReference reference, string tagOrDigest, CancellationToken cancellationToken) =>
        (await FindManifestAsync(reference, tagOrDigest, cancellationToken))?.Digest;

    /// <summary>The manifest under a tag or digest.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="PipelineException">As of <see cref="ResolveAsync"/>.</exception>
    public async Task<RegistryManifest?> FindManifestAsync(ImageReference reference, string tagOrDigest, CancellationToken cancellationToken)
    {
        var name = NameOf(reference, tagOrDigest);
        var answer = await _transport.SendAsync(Request(HttpMethod.Get, reference, $"manifests/{tagOrDigest}") with { Accept = OciMediaTypes.Manifests }, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (!answer.IsSuccess)
        {
            throw Fault($"{name} cannot be read", answer);
        }

        var digest = Digest.Of(answer.Body);
        var said = answer.Header("Docker-Content-Digest");
        return (Digest.TryParse(tagOrDigest, out var wanted) && wanted != digest) || (Digest.TryParse(said, out var other) && other != digest)
            ? throw new PipelineException(ExitCode.ToolError, $"{name}: {Registry} answers with a manifest of the digest {digest} and says that it is {said ?? tagOrDigest}. The registry, or a proxy before it, is broken or hostile: nothing of it is used.")
            : new RegistryManifest(digest, answer.MediaType ?? OciMediaTypes.ImageManifest, answer.Body);
    }

    /// <summary>Puts a manifest under its own digest or under a tag, which is moved if it exists.</summary>
    /// <returns>True if the registry says that it keeps the manifest among the referrers of its subject (OCI 1.1).</returns>
    /// <exception cref="PipelineException">The registry does not answer or refuses.</exception>
    public async Task<bool> PutManifestAsync(ImageReference reference, string tagOrDigest, string mediaType, byte[] content, CancellationToken cancellationToken)
    {
        var name = NameOf(reference, tagOrDigest);
        var answer = await _transport.SendAsync(Request(HttpMethod.Put, reference, $"manifests/{tagOrDigest}") with { Content = content, ContentType = mediaType }, cancellationToken);
        return answer.IsSuccess ? answer.Header("OCI-Subject") is not null : throw Fault($"{name} cannot be written", answer);
    }

    /// <summary>Sets a tag to an image that the registry has, or moves it there. Nothing is sent if it stands there already.</summary>
    /// <exception cref="PipelineException">The registry does not have the digest, does not answer, refuses, or has another digest under the tag afterwards.</exception>
    public async Task TagAsync(ImageReference reference, Digest digest, string tag, CancellationToken cancellationToken)
    {
        var name = NameOf(reference, tag);
        if (await ResolveAsync(reference, tag, cancellationToken) == digest)
        {
            return;
        }

        var manifest = await FindManifestAsync(reference, digest.ToString(), cancellationToken)
            ?? throw new PipelineException(ExitCode.ToolError, $"{name} cannot be set to {digest}: {Registry} does not have that digest in {reference.Repository}. Run ./build.sh Push first.");
        await PutManifestAsync(reference, tag, manifest.MediaType, manifest.Content, cancellationToken);
        var found = await ResolveAsync(reference, tag, cancellationToken);
        if (found != digest)
        {
            throw new PipelineException(ExitCode.ToolError, $"{name} was set to {digest}, and {Registry} has {(found is { } other ? other.ToString() : "nothing")} under that tag. Does something else set it? Run it again.");
        }
    }

    /// <summary>True if the repository has the blob.</summary>
    public async Task<bool> HasBlobAsync(ImageReference reference, Digest digest, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(Request(HttpMethod.Head, reference, $"blobs/{digest}"), cancellationToken);
        return answer.IsSuccess || (answer.Status == HttpStatusCode.NotFound ? false : throw Fault($"{reference.WithDigest(digest)} cannot be looked for", answer));
    }

    /// <summary>Uploads bytes in one piece, unless the repository has them.</summary>
    /// <returns>Their digest.</returns>
    /// <exception cref="PipelineException">The registry does not answer or refuses.</exception>
    public async Task<Digest> UploadBlobAsync(ImageReference reference, byte[] content, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(content);
        if (await HasBlobAsync(reference, digest, cancellationToken))
        {
            return digest;
        }

        var begun = await _transport.SendAsync(Request(HttpMethod.Post, reference, "blobs/uploads/") with { Content = [], IsRepeatable = false }, cancellationToken);
        if (begun.Status != HttpStatusCode.Accepted || begun.Headers.Location is not { } location)
        {
            throw Fault($"{reference.WithDigest(digest)} cannot be uploaded", begun);
        }

        var address = UploadAddress(new Uri(_root, location), digest);
        var ended = await _transport.SendAsync(new RegistryRequest(HttpMethod.Put, address, reference.Repository) { Content = content, IsRepeatable = false }, cancellationToken);
        return ended.IsSuccess ? digest : throw Fault($"{reference.WithDigest(digest)} cannot be uploaded", ended);
    }

    /// <summary>A blob's bytes, hashed again.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="digest">Of the bytes.</param>
    /// <param name="maximumBytes">More than these are not read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PipelineException">There is no such blob, it is larger, the registry does not answer or refuses, or the bytes have another digest.</exception>
    public async Task<byte[]> DownloadBlobAsync(ImageReference reference, Digest digest, long maximumBytes, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(Request(HttpMethod.Get, reference, $"blobs/{digest}") with { MaximumBytes = maximumBytes }, cancellationToken);
        if (!answer.IsSuccess)
        {
            throw Fault($"{reference.WithDigest(digest)} cannot be read", answer);
        }

        return Digest.Of(answer.Body) == digest
            ? answer.Body
            : throw new PipelineException(ExitCode.ToolError, $"{reference.WithDigest(digest)}: {Registry} answers with other bytes, of the digest {Digest.Of(answer.Body)}. The registry, or a proxy before it, is broken or hostile: nothing of it is used.");
    }

    public void Dispose() => _transport.Dispose();

    /// <summary>One page of the referrers API.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="subject">What they refer to.</param>
    /// <param name="page">Where the page before said that this one is; null for the first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The index, and where the next page is; no index if the registry does not have this API.</returns>
    internal async Task<(RegistryManifest? Index, Uri? Next)> FindReferrersAsync(ImageReference reference, Digest subject, Uri? page, CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, reference, $"referrers/{subject}") with { Accept = [OciMediaTypes.ImageIndex] };
        var answer = await _transport.SendAsync(page is null ? request : request with { Address = page }, cancellationToken);
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return (null, null);
        }

        return answer.IsSuccess
            ? (new RegistryManifest(Digest.Of(answer.Body), answer.MediaType ?? string.Empty, answer.Body), NextPage(answer.Header("Link")))
            : throw Fault($"The attachments of {reference.WithDigest(subject)} cannot be listed", answer);
    }

    private static async Task<bool> SpeaksPlainHttpAsync(RegistryTransport transport, string host, CancellationToken cancellationToken)
    {
        try
        {
            // A server that wants TLS answers a plain request with 400, or hangs up.
            var answer = await transport.ProbeAsync(new Uri(RegistryAddress.Of("http", host), "v2/"), cancellationToken);
            return answer.Status != HttpStatusCode.BadRequest;
        }
        catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.ConnectionError)
        {
            return false;
        }
        catch (HttpRequestException e)
        {
            throw RegistryConnectionFault.Of(host, e);
        }
    }

    private static async Task<RegistryAnswer> ProbeAsync(RegistryTransport transport, Uri root, CancellationToken cancellationToken)
    {
        try
        {
            return await transport.ProbeAsync(new Uri(root, "v2/"), cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw RegistryConnectionFault.Of(root.Authority, e);
        }
    }

    private RegistryRequest Request(HttpMethod method, ImageReference reference, string path)
    {
        if (reference.Registry != Registry)
        {
            throw new ArgumentException($"{reference} is not at {Registry}.", nameof(reference));
        }

        return new RegistryRequest(method, new Uri(_root, $"v2/{reference.Repository}/{path}"), reference.Repository);
    }

    // Large registries take uploads elsewhere; credentials do not go along, see the transport, and neither do the bytes in plain text.
    private Uri UploadAddress(Uri location, Digest digest) => RegistryAddress.IsAllowed(location, Registry)
        ? new UriBuilder(location) { Query = location.Query.Length > 1 ? $"{location.Query[1..]}&digest={digest}" : $"digest={digest}" }.Uri
        : throw new PipelineException(ExitCode.ToolError, $"{Registry} wants uploads to go to {location.GetLeftPart(UriPartial.Authority)}, which is not https: nothing is sent there.");

    private Uri? NextPage(string? link)
    {
        var target = NextLinkPattern().Match(link ?? string.Empty);
        return target.Success && Uri.TryCreate(_root, target.Groups[1].Value, out var next) && next.Authority == _root.Authority && next.Scheme == _root.Scheme ? next : null;
    }

    private PipelineException Fault(string what, RegistryAnswer answer) => RegistryConnectionFault.Of(what, Registry, answer, Credentials);

    private static string NameOf(ImageReference reference, string tagOrDigest) =>
        Digest.TryParse(tagOrDigest, out var digest) ? reference.WithDigest(digest)
        : TagPattern().IsMatch(tagOrDigest) ? reference.WithTag(tagOrDigest)
        : throw new PipelineException(ExitCode.Usage, $"'{tagOrDigest}' is neither a tag (letters, digits and _ . -, at most 128, the first no . or -) nor a digest (sha256: and 64 hex digits).");

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex("""<([^>]+)>\s*;\s*rel="?next"?""")]
    private static partial Regex NextLinkPattern();
}
