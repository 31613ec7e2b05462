using Pipeline.Delivery.Data;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Signing;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Pruning;

/// <summary>
/// The outputs of what a model's stages run, and of what they would be rolled back to. Gates, Compare, Serve and DriftCheck read the package, and DriftCheck the rows that it was trained on; what was made of
/// the package (signed copy, bundle, image, smoke test) is what runs. Nothing reads the candidate and the evaluation again that a package was made from: the package has both.
/// </summary>
internal sealed class PromotedOutputs(PromotionLedger ledger, RunStore store, IReadOnlyList<StoreEntry> entries)
{
    private const string PackagePart = "package";

    /// <exception cref="PipelineException">The records do not verify.</exception>
    public void AddTo(ProtectedOutputs outputs, string model)
    {
        foreach (var stage in ledger.Stages())
        {
            var promotions = ledger.Records(stage).OfType<PromotionRecord>().ToList();
            if (promotions is [.., var current])
            {
                Add(outputs, current.PackageDigest, $"{model}: {stage} runs it");
            }
        }

        foreach (var stage in ledger.Stages())
        {
            var promotions = ledger.Records(stage).OfType<PromotionRecord>().ToList();
            if (promotions.Count > 0 && RollbackStage.Before(promotions) is { } before)
            {
                Add(outputs, before.PackageDigest, $"{model}: {stage} would be rolled back to it");
            }
        }
    }

    private void Add(ProtectedOutputs outputs, Digest package, string why)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { package.ToString() };
        foreach (var output in store.Outputs(PackageStage.Name).Concat(store.Outputs(SignStage.Name)))
        {
            var manifest = Path.Combine(output, StoredPackage.PackageFolder, PackageFiles.Manifest);
            if (File.Exists(manifest) && Digest.OfFile(manifest) == package && TryOpen(Path.GetDirectoryName(manifest)!) is { } opened)
            {
                outputs.Add(output, why);
                names.Add(opened.ShippedDigest);
                AddDataset(outputs, opened.Manifest.DataDigest, why);
            }
        }

        foreach (var entry in entries.Where(entry => entry.Record?.Key.Parts.GetValueOrDefault(PackagePart) is { } name && names.Contains(name)))
        {
            outputs.Add(entry.Output, why);
        }
    }

    private void AddDataset(ProtectedOutputs outputs, Digest rows, string why)
    {
        foreach (var output in store.Outputs(PrepareDataStage.Name).Where(output => DigestOf(output) == rows))
        {
            outputs.Add(output, why);
        }
    }

    private static Digest? DigestOf(string output)
    {
        try
        {
            return Dataset.Load(output).Digest;
        }
        catch (InvalidDataException)
        {
            // Harmed: nobody could read it.
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
