using System.Globalization;
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

    /// <summary>The package of this digest: from the store, else out of an image that a record names.</summary>
    /// <param name="packageDigest">Of the package.</param>
    /// <param name="records">That name it; their images are tried in this order.</param>
    /// <param name="destination">A folder for what comes out of an image; must outlive the package.</param>
    /// <param name="cancellationToken">Stops a pull.</param>
    /// <returns>The package, or why it cannot be had.</returns>
    public async Task<(PackagedModel? Package, string? Why)> FindAsync(Digest packageDigest, IEnumerable<PromotionRecord> records, string destination, CancellationToken cancellationToken)
    {
        if (FindInStore(packageDigest) is { } stored)
        {
            return (stored, null);
        }

        var reasons = new List<string?>();
        foreach (var (index, record) in records.Index())
        {
            var (package, why) = await FromImageAsync(record, Path.Combine(destination, index.ToString(CultureInfo.InvariantCulture)), cancellationToken);
            if (package?.Digest == packageDigest)
            {
                return (package, null);
            }

            reasons.Add(why);
        }

        return (null, reasons.Count == 0 ? "no promotion record names it" : string.Join("; ", reasons.Distinct()));
    }

    /// <summary>The package of this digest in the store; null if it is not there or harmed.</summary>
    public PackagedModel? FindInStore(Digest packageDigest)
    {
        foreach (var manifest in ManifestsInStore().Where(manifest => Digest.OfFile(manifest) == packageDigest))
        {
            var package = Path.GetDirectoryName(manifest)!;
            store.Use(Path.GetDirectoryName(package)!);
            if (TryOpen(package) is { } opened)
            {
                return opened;
            }
        }

        return null;
    }

    /// <summary>Digests of a model's packages in the store, in no order; files beside the manifests are not looked at.</summary>
    public IEnumerable<Digest> VersionsInStore(string model) => ManifestsInStore().Where(manifest => NameIn(manifest) == model).Select(Digest.OfFile);

    private IEnumerable<string> ManifestsInStore() =>
        store.Outputs(PackageStage.Name).Select(output => Path.Combine(output, StoredPackage.PackageFolder, PackageFiles.Manifest)).Where(File.Exists);

    private async Task<Champion> FindAsync(string stage, PromotionRecord record, string scratch, CancellationToken cancellationToken)
    {
        var (package, why) = await FindAsync(record.PackageDigest, [record], Path.Combine(scratch, stage), cancellationToken);
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

    private static string? NameIn(string manifest)
    {
        try
        {
            return PackageJson.Deserialize<Manifest>(File.ReadAllBytes(manifest), manifest).Name;
        }
        catch (InvalidDataException)
        {
            return null;
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
