using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>Digest of sources: what an output of a stage depends on besides its data. Knows only content and relative paths, so that two clones of one commit agree.</summary>
public static class SourceDigest
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".targets", ".proto", ".json", ".html", ".js", ".css"];
    private static readonly string[] BuildFolders = ["bin", "obj"];

    /// <param name="root">The repository's folder.</param>
    /// <param name="paths">Folders (their C#, project and schema files, and what is embedded) and files (whatever they are), relative to the root. One that is absent counts as empty.</param>
    public static Digest Of(string root, params IEnumerable<string> paths)
    {
        var files = paths.SelectMany(path => FilesOf(root, path)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(file).Append('\0').Append(Digest.OfFile(Path.Combine(root, file)).Hex).Append('\n');
        }

        return Digest.OfText(text.ToString());
    }

    private static IEnumerable<string> FilesOf(string root, string path)
    {
        var full = Path.Combine(root, path);
        if (File.Exists(full))
        {
            return [path.Replace('\\', '/')];
        }

        return !Directory.Exists(full)
            ? []
            : Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file => Extensions.Contains(Path.GetExtension(file)) && !file.Split('/').SkipLast(1).Any(BuildFolders.Contains));
    }
}
