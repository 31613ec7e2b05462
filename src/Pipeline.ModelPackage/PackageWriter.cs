namespace Pipeline.ModelPackage;

/// <summary>Completes a model package: lists the files in a folder and writes the manifest over them.</summary>
public static class PackageWriter
{
    /// <summary>Writes manifest.json; <paramref name="manifest"/>'s own list of files is replaced by what the folder holds.</summary>
    public static PackagedModel Seal(string directory, Manifest manifest)
    {
        var files = System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Select(path => new PackageFile(Path.GetRelativePath(directory, path).Replace('\\', '/'), Digest.OfFile(path), new FileInfo(path).Length))
            .Where(file => file.Path != PackageFiles.Manifest && !PackageFiles.Companions.Contains(file.Path))
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        var sealedManifest = manifest with { SchemaVersion = Manifest.CurrentSchemaVersion, Files = files };
        var bytes = PackageJson.Serialize(sealedManifest);
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Manifest), bytes);
        return new PackagedModel(Path.GetFullPath(directory), sealedManifest, Digest.Of(bytes));
    }
}
