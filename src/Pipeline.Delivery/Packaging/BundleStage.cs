using System.IO.Compression;
using Pipeline.Delivery.Images;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>model package, service → bundle: <c>model-version/</c> with the executable and, beside it, the folder <c>model</c> that the service reads by default.</summary>
public sealed class BundleStage(StageRunner runner)
{
    public const string Name = "Bundle";

    public Task<Bundle> RunAsync(PackagedModel package, ServiceBinaries service, CancellationToken cancellationToken) =>
        runner.RunAsync<Bundle>(
            Key(package, service),
            (output, token) => WriteAsync(output, package, service, token),
            cancellationToken);

    public static StageKey Key(PackagedModel package, ServiceBinaries service) => new(Name, package.Manifest.Name, new Dictionary<string, string>
    {
        ["package"] = package.ShippedDigest,
        ["service"] = service.Digest.ToString(),
    });

    private static async Task WriteAsync(string output, PackagedModel package, ServiceBinaries service, CancellationToken cancellationToken)
    {
        var name = $"{package.Manifest.Name}-{package.Version}";
        await using var file = new FileStream(Path.Combine(output, name + ".tar.gz"), FileMode.CreateNew, FileAccess.Write);
        await using var compressed = new GZipStream(file, CompressionLevel.Fastest);
        await using var tar = new DeterministicTar(compressed);
        await tar.AddTreeAsync($"{name}/", service.AppDirectory, cancellationToken);
        await tar.AddFilesAsync($"{name}/model/", package.Directory, package.ShippedFiles, cancellationToken);
    }
}
