using System.Globalization;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.ReleaseBenchmarks;

/// <summary>The records of a stage, written one after the other without reading all before them again.</summary>
internal sealed class Chain
{
    private readonly string _folder;

    private Chain(string folder, PromotionRecord newest) => (_folder, Newest, Next, Previous) = (folder, newest, newest.Header.Sequence + 1, newest.FileDigest.Hex);

    /// <summary>The model's own newest promotion, which those to come look like.</summary>
    public PromotionRecord Newest { get; }

    public int Next { get; private set; }

    public string? Previous { get; private set; }

    public static Chain After(string modelDirectory, string stage)
    {
        var folder = Path.Combine(modelDirectory, "stages", stage);
        var artifacts = Directory.CreateTempSubdirectory("made-up records' store ");
        try
        {
            var ledger = new PromotionLedger(modelDirectory, artifacts.FullName, new RunStore(artifacts.FullName, TimeProvider.System), TimeProvider.System);
            return new Chain(folder, ledger.Current(stage) ?? throw new ArgumentException($"{stage} runs nothing yet."));
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    public ResourceDescriptor Add(byte[] bytes)
    {
        var name = Next.ToString("0000", CultureInfo.InvariantCulture) + ".json";
        File.WriteAllBytes(Path.Combine(_folder, name), bytes);
        Previous = Digest.Of(bytes).Hex;
        Next++;
        return ResourceDescriptor.Of($"stages/{Path.GetFileName(_folder)}/{name}", Digest.Of(bytes));
    }
}
