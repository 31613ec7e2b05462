using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Publishing;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Promotion;

/// <summary>Finds the model that a stage runs: by digest from the stage's newest record, its files from the store, else out of its image.</summary>
public sealed class ChampionSource(PromotionLedger ledger, RunStore store, ImagePackageExtractor? images)
{
    /// <param name="stages">Stages to look at.</param>
    /// <param name="scratch">Where a package from an image is unpacked; must outlive the champions.</param>
    /// <param name="cancellationToken">Stops a pull.</param>
    /// <returns>One per stage that has a record, in the stages' order; with no files, and why, if they cannot be had.</returns>
    public async Task<IReadOnlyList<Champion>> FindAsync(IEnumerable<string> stages, string scratch, CancellationToken cancellationToken)
    {
        var champions = new List<Champion>();
        foreach (var stage in stages)
        {
            if (ledger.Current(stage) is { } record)
            {
                champions.Add(await FindAsync(stage, record, scratch, cancellationToken));
            }
        }

        return champions;
    }

    /// <summary>The package of this digest in the store; null if it is not there or harmed.</summary>
    public PackagedModel? FindInStore(Digest packageDigest) =>
        store.Outputs(PackageStage.Name)
            .Select(output => Path.Combine(output, StoredPackage.PackageFolder))
            .Where(package => File.Exists(Path.Combine(package, PackageFiles.Manifest)) && Digest.OfFile(Path.Combine(package, PackageFiles.Manifest)) == packageDigest)
            .Select(TryOpen)
            .OfType<PackagedModel>()
            .FirstOrDefault();

    private async Task<Champion> FindAsync(string stage, PromotionRecord record, string scratch, CancellationToken cancellationToken)
    {
        if (FindInStore(record.PackageDigest) is { } stored)
        {
            return new Champion(stage, record.PackageDigest, record.ModelDigest, stored, null);
        }

        var (package, why) = await FromImageAsync(record, Path.Combine(scratch, stage), cancellationToken);
        var missing = package is null
            ? $"the package {record.PackageDigest.Abbreviated} that {stage} runs is neither in the store nor to be had from its image ({why}); "
                + $"if it is lost for good, remove {Path.GetDirectoryName(record.Path)} (in a reviewed commit, if its records are committed) and start {stage} anew"
            : null;
        return new Champion(stage, record.PackageDigest, record.ModelDigest, package, missing);
    }

    private async Task<(PackagedModel? Package, string? Why)> FromImageAsync(PromotionRecord record, string destination, CancellationToken cancellationToken)
    {
        if (record.Image is not { } image)
        {
            return (null, "the record names no image");
        }

        if (images is null)
        {
            return (null, "there is no Docker engine");
        }

        try
        {
            var package = await images.TryExtractAsync(ImageReference.Parse(image.Name), Digest.Parse("sha256:" + image.Digest["sha256"]), destination, cancellationToken);
            return package is null || package.Digest == record.PackageDigest
                ? (package, "the image cannot be pulled or holds no package")
                : (null, $"the image holds package {package.Digest.Abbreviated}");
        }
        catch (Exception e) when (e is PipelineException or InvalidDataException)
        {
            return (null, e.Message);
        }
    }

    private static PackagedModel? TryOpen(string directory)
    {
        try
        {
            return PackageReader.Open(directory);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
