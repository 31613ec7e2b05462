using System.Text;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Sources;

/// <summary>
/// Sources: what an output of a stage depends on besides its data. They are files, and the versions of the packages that their projects refer to. Knows only content, relative paths and versions, so that
/// two clones of one commit agree.
/// </summary>
/// <param name="Digest">Over all of it.</param>
/// <param name="Input">The same for a stage's key, with every file and package.</param>
public sealed record SourceCode(Digest Digest, StageInput Input)
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".targets", ".proto", ".json", ".html", ".js", ".css"];
    private static readonly string[] BuildFolders = ["bin", "obj"];

    /// <summary>Sources of which no more is known than their digest.</summary>
    public static implicit operator SourceCode(Digest digest) => FromDigest(digest);

    /// <inheritdoc cref="op_Implicit"/>
    public static SourceCode FromDigest(Digest digest) => new(digest, digest.ToString());

    /// <param name="root">The repository's folder.</param>
    /// <param name="paths">Folders (their C#, project and schema files, and what is embedded) and files (whatever they are), relative to the root. One that is absent counts as empty.</param>
    /// <param name="otherPackages">Packages that do not count although projects of these folders refer to them; null for none.</param>
    public static SourceCode Of(string root, IReadOnlyList<string> paths, IReadOnlyList<string>? otherPackages = null)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var file in paths.SelectMany(path => FilesOf(root, path)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var hex = Digest.OfFile(Path.Combine(root, file)).Hex;
            text.Append(file).Append('\0').Append(hex).Append('\n');
            details[file] = StageInput.ContentOf(hex);
        }

        foreach (var (package, version) in PackageVersions.Of(root, paths).Where(package => otherPackages?.Contains(package.Key) != true))
        {
            text.Append("package ").Append(package).Append('\0').Append(version).Append('\n');
            details[package] = version;
        }

        var digest = Digest.OfText(text.ToString());
        return new SourceCode(digest, new StageInput(digest.ToString()) { Details = details });
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
