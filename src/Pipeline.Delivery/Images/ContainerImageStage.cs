using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Pipeline.Delivery.Publishing;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>Model package + service → image in the local Docker engine, tagged <c>model:version</c>. The same inputs give the same layers; what a registry has of them already is used instead of a second image.</summary>
/// <param name="runner">Restores or makes.</param>
/// <param name="engine">Builds and keeps the image.</param>
/// <param name="repositoryRoot">The clone's folder, for <c>deploy/docker/Dockerfile</c>.</param>
public sealed class ContainerImageStage(StageRunner runner, DockerEngine engine, string repositoryRoot)
{
    public const string Name = "Image";

    /// <summary>False to build every step anew, for finding out whether the same inputs give the same layers.</summary>
    internal bool UsesCache { get; init; } = true;

    private string Dockerfile => Path.Combine(repositoryRoot, "deploy", "docker", "Dockerfile");

    /// <summary>Restores the image if the engine still has it, else builds it.</summary>
    /// <exception cref="PipelineException">No base image, or the build failed; with the end of the build's log.</exception>
    public async Task<ContainerImage> RunAsync(PackagedModel package, ServiceBinaries binaries, ImageSettings settings, CancellationToken cancellationToken)
    {
        var (baseName, baseImage) = await new BaseImageResolver(runner, engine).ResolveAsync(settings.BaseImage, cancellationToken);
        var key = Key(package, binaries, baseImage);
        if (runner.Plan<ContainerImage>(key).Artifact is { } known && !await HasAsync(known, cancellationToken))
        {
            runner.Log.Info($"{Name}: the Docker engine no longer has {known.Tag} ({known.ImageId[..19]}); it is built anew.");
            await runner.Store.DiscardAsync(key, cancellationToken);
        }

        var image = await runner.RunAsync<ContainerImage>(
            key,
            async (output, token) => (await BuildAsync(package, binaries, settings, baseName, baseImage, token)).Save(output),
            cancellationToken);
        image = settings.Registry is { } registry ? await PublishedOrAsync(image, key, registry, cancellationToken) : image;
        await engine.TagAsync(image.ImageId, image.ModelName, image.Version, cancellationToken);
        await TellSizeAsync(image, cancellationToken);
        return image;
    }

    /// <summary>The key, for plans; null if the base image would have to be pulled or made first.</summary>
    public async Task<StageKey?> TryKeyAsync(PackagedModel package, ServiceBinaries binaries, string? baseImage, CancellationToken cancellationToken) =>
        await new BaseImageResolver(runner, engine).FindAsync(baseImage, cancellationToken) is { } found ? Key(package, binaries, found.Image) : null;

    /// <summary>True if the engine still has an image that was built.</summary>
    public async Task<bool> HasAsync(ContainerImage image, CancellationToken cancellationToken) => await engine.FindImageAsync(image.ImageId, cancellationToken) is not null;

    /// <summary>The image of the same inputs that is in the registry already, from now on also the store's; else the one given.</summary>
    private async Task<ContainerImage> PublishedOrAsync(ContainerImage image, StageKey key, string registry, CancellationToken cancellationToken)
    {
        if (await new PublishedImages(engine, runner.Log).FindTwinAsync(image, registry, cancellationToken) is not { } published || published == image.ImageId)
        {
            return image;
        }

        var taken = image with { ImageId = published };
        await runner.Store.DiscardAsync(key, cancellationToken);
        await runner.Store.GetOrMakeAsync(
            key,
            (output, _) =>
            {
                taken.Save(output);
                return Task.CompletedTask;
            },
            cancellationToken);
        return taken;
    }

    private async Task TellSizeAsync(ContainerImage image, CancellationToken cancellationToken)
    {
        if (await engine.FindImageAsync(image.ImageId, cancellationToken) is { } built)
        {
            runner.Log.Info($"{image.Tag} ({image.ImageId[..19]}): {(built.Size / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} MB uncompressed, base image included");
        }
    }

    private StageKey Key(PackagedModel package, ServiceBinaries binaries, EngineImage baseImage) => new(Name, package.Manifest.Name, new Dictionary<string, string>
    {
        ["package"] = package.ShippedDigest,
        ["service"] = binaries.Digest.ToString(),
        ["base image"] = baseImage.Id,
        ["dockerfile"] = Digest.OfFile(Dockerfile).ToString(),
    });

    private async Task<ContainerImage> BuildAsync(PackagedModel package, ServiceBinaries binaries, ImageSettings settings, string baseName, EngineImage baseImage, CancellationToken cancellationToken)
    {
        var modelDigest = package.Manifest.Files.Single(file => file.Path == PackageFiles.Onnx).Sha256;
        var parameters = new ImageBuildParameters
        {
            Tags = [package.ToString()],
            Dockerfile = "Dockerfile",
            NoCache = !UsesCache,
            Remove = true,
            ForceRemove = true,
            BuildArgs = new Dictionary<string, string> { ["BASE_IMAGE"] = baseImage.Id, ["MODEL_DIGEST"] = package.Digest.ToString() },
            Labels = Labels(package, binaries, settings, baseName, baseImage, modelDigest, Key(package, binaries, baseImage)),
            // The classic builder: the client library cannot read BuildKit's messages.
            Version = "1",
        };
        using var scratch = runner.Store.CreateScratch();
        await using var context = await WriteContextAsync(package, binaries, Path.Combine(scratch.Path, "context.tar"), cancellationToken);
        using var progress = runner.Log.StartProgress("Image");
        var messages = new StreamedMessages(message => Show(message, progress));
        try
        {
            await engine.Client.Images.BuildImageFromDockerfileAsync(parameters, context, [], null, messages, cancellationToken);
        }
        catch (DockerApiException e)
        {
            throw Failed(package, e.ResponseBody ?? e.Message, messages);
        }

        return messages.Error is { } error
            ? throw Failed(package, error, messages)
            : new ContainerImage(messages.Result("ID") ?? throw Failed(package, "the engine reported no image ID", messages), package.Manifest.Name, package.Version, package.Digest, modelDigest, baseName);
    }

    private async Task<FileStream> WriteContextAsync(PackagedModel package, ServiceBinaries binaries, string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
        await using (var tar = new DeterministicTar(stream, Nested))
        {
            await tar.AddFileAsync("Dockerfile", Dockerfile, DeterministicTar.File644, cancellationToken);
            await tar.AddTreeAsync("app/", binaries.AppDirectory, cancellationToken);
            await tar.AddFilesAsync("model/", package.Directory, package.ShippedFiles, cancellationToken);
        }

        stream.Position = 0;
        return stream;
    }

    // app/inference becomes app/app/inference, for a COPY of app/ to /: a folder that is copied keeps its time, one that the builder makes as a target has that of the build.
    private static string Nested(string path) => path.Split('/', 2) is [var top, _] ? $"{top}/{path}" : path;

    private static Dictionary<string, string> Labels(PackagedModel package, ServiceBinaries binaries, ImageSettings settings, string baseName, EngineImage baseImage, Digest modelDigest, StageKey key)
    {
        var labels = new Dictionary<string, string>
        {
            [ImageLabels.Title] = package.Manifest.Name,
            [ImageLabels.Version] = package.Version,
            [ImageLabels.Description] = $"Inference service with the {package.Manifest.Task} model {package.Manifest.Name} {package.Version}",
            [ImageLabels.BaseName] = QualifiedName(baseName, baseImage),
            [ImageLabels.Key] = $"sha256:{key.Hash}",
            [ImageLabels.PackageDigest] = package.Digest.ToString(),
            [ImageLabels.ModelDigest] = modelDigest.ToString(),
            [ImageLabels.ServiceDigest] = binaries.Digest.ToString(),
            [ImageLabels.BaseId] = baseImage.Id,
        };
        if (settings.Revision is { } revision)
        {
            labels[ImageLabels.Revision] = revision;
        }

        if (baseImage.RepositoryDigests.Order(StringComparer.Ordinal).FirstOrDefault() is { } reference)
        {
            labels[ImageLabels.BaseDigest] = reference[(reference.IndexOf('@', StringComparison.Ordinal) + 1)..];
        }

        return labels;
    }

    // As the OCI's label wants it. An image that was made here and is in no registry has no full name: a host would say where it is not.
    private static string QualifiedName(string name, EngineImage image) =>
        image.RepositoryDigests.Count == 0 || BaseImageResolver.RegistryOf(name) != RegistryCredentials.DefaultRegistry ? name
        : name.Contains('/', StringComparison.Ordinal) ? $"docker.io/{name}"
        : $"docker.io/library/{name}";

    private static void Show(JSONMessage message, ProgressLine progress)
    {
        // "Step 3/12 : COPY app/ /app/"
        if (message.Stream?.Split(' ', 4) is ["Step", var step, _, var what] && step.Split('/') is [var done, var all]
            && int.TryParse(done, out var doneCount) && int.TryParse(all, out var allCount))
        {
            progress.Report((doneCount - 1d) / allCount, what.Trim());
        }
    }

    private PipelineException Failed(PackagedModel package, string error, StreamedMessages messages) =>
        new(ExitCode.ToolError, $"The image {package} cannot be built from {Dockerfile}: {error.Trim()}{Environment.NewLine}{messages.LogTail}".TrimEnd());
}
