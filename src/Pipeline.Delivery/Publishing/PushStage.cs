using Docker.DotNet;
using Docker.DotNet.Models;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Publishing;

/// <summary>Image that passed its gates and its smoke test → image in a registry, by digest.</summary>
/// <param name="runner">Restores or pushes. A push that the store knows is asked for in the registry before it counts.</param>
/// <param name="engine">Has the image and talks to the registry.</param>
public sealed class PushStage(StageRunner runner, DockerEngine engine)
{
    public const string Name = "Push";

    /// <param name="image">What to push.</param>
    /// <param name="gatePass">Of the same model.</param>
    /// <param name="smokePass">Of the same image.</param>
    /// <param name="registry"><c>host[:port][/path]</c>.</param>
    /// <param name="cancellationToken">Cancelled: nothing is recorded.</param>
    /// <exception cref="PipelineException">A pass is another image's; the registry's address is malformed; the registry cannot be reached, refuses, or has another digest than was pushed.</exception>
    public async Task<PushedImage> RunAsync(ContainerImage image, GatePass gatePass, SmokePass smokePass, string registry, CancellationToken cancellationToken)
    {
        var reference = ImageReference.Create(registry, image.ModelName);
        Check(image, gatePass, smokePass);
        var credentials = await RegistryCredentials.FindAsync(reference.Registry, cancellationToken);
        var key = new StageKey(Name, image.ModelName, new Dictionary<string, string>
        {
            ["image"] = image.ImageId,
            ["package"] = image.PackageDigest.ToString(),
            ["reference"] = reference.WithTag(image.Version),
        });
        await DiscardIfGoneAsync(key, credentials, cancellationToken);
        var pushed = await runner.RunAsync<PushedImage>(
            key,
            async (output, token) => (await PushAsync(image, reference, credentials, token)).Save(output),
            cancellationToken);
        runner.Log.Info($"{pushed.Reference.WithTag(pushed.Tag)} is {pushed}");
        return pushed;
    }

    private static void Check(ContainerImage image, GatePass gatePass, SmokePass smokePass)
    {
        if (gatePass.ModelDigest != image.ModelDigest)
        {
            throw new PipelineException(ExitCode.Refused, $"The gates passed the model {gatePass.ModelDigest}; the image {image.Tag} holds {image.ModelDigest}. Run ./build.sh Gate, then Package.");
        }

        if (smokePass.PackageDigest != image.PackageDigest || smokePass.ImageId != image.ImageId)
        {
            throw new PipelineException(ExitCode.Refused, $"The smoke test passed {smokePass.ImageId ?? "a process"} with the package {smokePass.PackageDigest}; the image to push is {image.ImageId} with {image.PackageDigest}. Run ./build.sh SmokeTest.");
        }
    }

    private async Task DiscardIfGoneAsync(StageKey key, AuthConfig? credentials, CancellationToken cancellationToken)
    {
        if (runner.Plan<PushedImage>(key).Artifact is not { } known)
        {
            return;
        }

        var found = await ReadBackAsync(known.Reference, known.Tag, credentials, cancellationToken);
        if (found != known.Digest)
        {
            runner.Log.Info($"{Name}: the registry has {(found is { } other ? other.ToString() : "nothing")} under {known.Reference.WithTag(known.Tag)}, not {known.Digest}; it is pushed anew.");
            await runner.Store.DiscardAsync(key, cancellationToken);
        }
    }

    private async Task<PushedImage> PushAsync(ContainerImage image, ImageReference reference, AuthConfig? credentials, CancellationToken cancellationToken)
    {
        var name = reference.WithTag(image.Version);
        await engine.TagAsync(image.ImageId, reference.Name, image.Version, cancellationToken);
        try
        {
            var digest = await SendAsync(name, reference, image.Version, credentials, cancellationToken);
            var stored = await ReadBackAsync(reference, image.Version, credentials, cancellationToken);
            return stored == digest
                ? new PushedImage(reference, image.Version, digest, image.PackageDigest)
                : throw new PipelineException(ExitCode.ToolError, $"{name} was pushed as {digest}, and the registry has {(stored is { } other ? other.ToString() : "nothing")} under that tag. Does something else push there? Run ./build.sh Push again.");
        }
        catch
        {
            // The local name of a push that did not happen would look like one that did.
            await engine.RemoveImageAsync(name, CancellationToken.None);
            throw;
        }
    }

    private async Task<Digest> SendAsync(string name, ImageReference reference, string tag, AuthConfig? credentials, CancellationToken cancellationToken)
    {
        using var progress = runner.Log.StartProgress(Name);
        var transfers = new LayerTransfers(progress);
        var messages = new StreamedMessages(transfers.Report);
        try
        {
            await engine.Client.Images.PushImageAsync(reference.Name, new ImagePushParameters { Tag = tag }, credentials, messages, cancellationToken);
        }
        catch (DockerApiException e)
        {
            throw RegistryFault.Of(name, reference, e.ResponseBody ?? e.Message, credentials);
        }

        if (messages.Error is { } error)
        {
            throw RegistryFault.Of(name, reference, error, credentials);
        }

        return Digest.TryParse(messages.Result("Digest"), out var digest)
            ? digest
            : throw new PipelineException(ExitCode.ToolError, $"The Docker engine {engine.Version} pushed {name} and did not say as which digest.{Environment.NewLine}{messages.LogTail}".TrimEnd());
    }

    /// <summary>Asks the registry, through the engine, which knows its certificates and which registries it may speak to in plain text.</summary>
    /// <returns>The digest under the tag; null if there is none.</returns>
    private async Task<Digest?> ReadBackAsync(ImageReference reference, string tag, AuthConfig? credentials, CancellationToken cancellationToken)
    {
        using var client = engine.CreateClient(RegistryCredentials.ToHeader(credentials));
        try
        {
            var found = await client.Distribution.InspectAsync(reference.WithTag(tag), cancellationToken);
            return Digest.TryParse(found.Descriptor.Digest, out var digest) ? digest : null;
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
        catch (DockerApiException e) when (RegistryFault.IsUnknownManifest(e.ResponseBody))
        {
            return null;
        }
        catch (DockerApiException e)
        {
            throw RegistryFault.Of(reference.WithTag(tag), reference, e.ResponseBody ?? e.Message, credentials);
        }
    }
}
