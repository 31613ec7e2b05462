using Pipeline.ModelPackage;

namespace Pipeline.EndToEnd.Tests;

/// <summary>What lies in a clone after a run.</summary>
public static class StoredModel
{
    /// <summary>The package in the store that a stage's newest record names.</summary>
    public static PackagedModel Promoted(FreshClone clone, string model, string stage)
    {
        var record = Records(clone, model, stage)[^1];
        var digest = System.Text.Json.JsonDocument.Parse(File.ReadAllText(record)).RootElement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString();
        return Directory.EnumerateFiles(Path.Combine(clone.Path, "artifacts", "store", "Package"), PackageFiles.Manifest, SearchOption.AllDirectories)
            .Select(manifest => PackageReader.Open(Path.GetDirectoryName(manifest)!))
            .Single(package => package.Digest.Hex == digest);
    }

    public static IReadOnlyList<string> Records(FreshClone clone, string model, string stage)
    {
        var directory = Path.Combine(clone.Path, "models", model, "stages", stage);
        return Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal)] : [];
    }
}
