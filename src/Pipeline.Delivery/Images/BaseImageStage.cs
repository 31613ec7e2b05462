using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Images;

/// <summary>
/// Debian packages → base image, for where the default base cannot be pulled. The image is loaded with a configuration of our own instead of being built, so that the same
/// packages give the same image ID.
/// </summary>
public sealed class BaseImageStage(StageRunner runner, DockerEngine engine)
{
    public const string Name = "BaseImage";

    internal const string Repository = "pipeline-base";

    // Changes when the image is laid out otherwise.
    private const string Recipe = "1";

    private const string Epoch = "1970-01-01T00:00:00Z";

    private static readonly string[] Variables = ["PATH=/usr/local/bin:/usr/bin"];

    /// <exception cref="PipelineException">This is no Debian or Ubuntu machine, or its package feed cannot be reached.</exception>
    public async Task<BaseImage> RunAsync(CancellationToken cancellationToken)
    {
        var packages = await DebianPackages.ResolveAsync(runner.Store, cancellationToken);
        var key = new StageKey(Name, "-", new Dictionary<string, string>
        {
            ["recipe"] = Recipe,
            ["architecture"] = engine.Architecture,
            ["packages"] = packages.Digest.ToString(),
        });
        if (runner.Plan<BaseImage>(key).Artifact is { } known && await engine.FindImageAsync(known.Reference, cancellationToken) is null)
        {
            runner.Log.Info($"{Name}: the Docker engine no longer has {known.Reference}; it is made anew.");
            await runner.Store.DiscardAsync(key, cancellationToken);
        }

        var made = await runner.RunAsync<BaseImage>(key, (output, token) => MakeAsync(packages, key, output, token), cancellationToken);
        await engine.TagAsync(made.ImageId, Repository, "latest", cancellationToken);
        runner.Log.Info($"{made.Reference} ({made.ImageId[..19]}, {(made.Size / 1e6).ToString("0.0", CultureInfo.InvariantCulture)} MB): {string.Join(", ", made.Packages)}");
        return made;
    }

    private async Task MakeAsync(DebianPackages packages, StageKey key, string output, CancellationToken cancellationToken)
    {
        using var scratch = runner.Store.CreateScratch();
        var root = await packages.UnpackAsync(Path.Combine(scratch.Path, "packages"), cancellationToken);
        var layer = Path.Combine(scratch.Path, "layer.tar");
        await using (var stream = File.Create(layer))
        {
            await BaseRootFileSystem.WriteAsync(root, stream, cancellationToken);
        }

        var reference = $"{Repository}:{key.Hash[..12]}";
        var archive = Path.Combine(scratch.Path, "image.tar");
        await WriteArchiveAsync(layer, archive, reference, cancellationToken);
        await LoadAsync(archive, reference, cancellationToken);
        var image = await engine.FindImageAsync(reference, cancellationToken)
            ?? throw new PipelineException(ExitCode.ToolError, $"The Docker engine took the base image {reference} and does not have it. See the engine's own log.");
        new BaseImage(reference, image.Id, image.Size, packages.Names).Save(output);
    }

    private async Task WriteArchiveAsync(string layer, string archive, string reference, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(layer);
        var layerDigest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        var configuration = JsonSerializer.Serialize(new
        {
            architecture = engine.Architecture,
            os = "linux",
            created = Epoch,
            config = new { Env = Variables, User = BaseRootFileSystem.User, WorkingDir = "/", Labels = new Dictionary<string, string> { [ImageLabels.Title] = Repository, [ImageLabels.Version] = reference[(Repository.Length + 1)..] } },
            rootfs = new { type = "layers", diff_ids = new[] { $"sha256:{layerDigest}" } },
            history = new[] { new { created = Epoch, created_by = "BaseImage" } },
        });
        var configurationFile = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(configuration))) + ".json";
        var manifest = JsonSerializer.Serialize(new[] { new { Config = configurationFile, RepoTags = new[] { reference }, Layers = new[] { $"{layerDigest}/layer.tar" } } });

        await using var stream = File.Create(archive);
        await using var tar = new DeterministicTar(stream);
        await tar.AddTextAsync(configurationFile, configuration, cancellationToken);
        await tar.AddFileAsync($"{layerDigest}/layer.tar", layer, DeterministicTar.File644, cancellationToken);
        await tar.AddTextAsync("manifest.json", manifest, cancellationToken);
    }

    private async Task LoadAsync(string archive, string reference, CancellationToken cancellationToken)
    {
        var messages = new StreamedMessages();
        await using var stream = File.OpenRead(archive);
        await engine.Client.Images.LoadImageAsync(new ImageLoadParameters { Quiet = true }, stream, messages, cancellationToken);
        if (messages.Error is { } error)
        {
            throw new PipelineException(ExitCode.ToolError, $"The Docker engine does not load the base image {reference}: {error}");
        }
    }
}
