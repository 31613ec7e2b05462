using Pipeline.Engine;

namespace Pipeline.Delivery.Reports;

/// <summary>Puts a report's files in their place: who reads one while a run writes it sees the old one or the new one, whole.</summary>
internal static class ReportFiles
{
    /// <summary>Writes all files aside first, so that none is replaced if one fails; then they take their places in the order given.</summary>
    /// <param name="store">Whose scratch folder is on the same volume as <paramref name="directory"/>; elsewhere a rename would be a copy.</param>
    /// <param name="directory">Made if absent.</param>
    /// <param name="files">Names and contents.</param>
    /// <returns>Their paths, in the same order.</returns>
    public static IReadOnlyList<string> Write(RunStore store, string directory, IReadOnlyList<(string Name, byte[] Content)> files)
    {
        Directory.CreateDirectory(directory);
        using var scratch = store.CreateScratch();
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(scratch.Path, name), content);
        }

        var paths = new List<string>(files.Count);
        foreach (var (name, _) in files)
        {
            var path = Path.Combine(directory, name);
            File.Move(Path.Combine(scratch.Path, name), path, overwrite: true);
            paths.Add(path);
        }

        return paths;
    }
}
