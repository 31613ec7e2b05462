using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.NewModels;

/// <summary>Where a new model's data lie: small files beside its definition, large ones where they are.</summary>
/// <param name="Patterns">As <c>data.files</c> says them.</param>
/// <param name="Copies">Files to copy, with their names under <c>data/</c>; empty if the model refers to them.</param>
/// <param name="Bytes">Of all files.</param>
internal sealed record DataPlacement(IReadOnlyList<string> Patterns, IReadOnlyList<(string From, string Name)> Copies, long Bytes)
{
    /// <summary>More is not for a repository.</summary>
    public const long MostToCopy = 50L << 20;

    /// <param name="files">The files.</param>
    /// <param name="patterns">As they were given.</param>
    /// <param name="callerDirectory">What the patterns are relative to.</param>
    /// <param name="modelDirectory">The model's folder.</param>
    public static DataPlacement Choose(IReadOnlyList<DataFile> files, IReadOnlyList<string> patterns, string callerDirectory, string modelDirectory)
    {
        var bytes = files.Sum(file => new FileInfo(file.Path).Length);
        if (bytes > MostToCopy)
        {
            return new DataPlacement([.. patterns.Select(pattern => Path.GetRelativePath(modelDirectory, Path.GetFullPath(Path.Combine(callerDirectory, pattern))).Replace('\\', '/'))], [], bytes);
        }

        var copies = new List<(string From, string Name)>();
        foreach (var file in files)
        {
            var name = Path.GetFileName(file.Path).TrimStart('.');
            var given = name;
            for (var i = 2; copies.Exists(copy => string.Equals(copy.Name, given, StringComparison.OrdinalIgnoreCase)); i++)
            {
                given = FormattableString.Invariant($"{i}-{name}");
            }

            copies.Add((file.Path, given));
        }

        return new DataPlacement([.. copies.Select(copy => $"data/*{SuffixOf(copy.Name)}").Distinct(StringComparer.Ordinal)], copies, bytes);
    }

    private static string SuffixOf(string name)
    {
        var last = Path.GetExtension(name);
        return string.Equals(last, ".gz", StringComparison.OrdinalIgnoreCase) ? Path.GetExtension(name[..^last.Length]) + last : last;
    }
}
