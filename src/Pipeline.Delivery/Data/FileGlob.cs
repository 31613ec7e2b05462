using System.IO.Enumeration;

namespace Pipeline.Delivery.Data;

/// <summary>Files that match a pattern with <c>*</c>, <c>?</c> and <c>**</c> (any folders). Wildcards pass over hidden names, as in a shell.</summary>
internal static class FileGlob
{
    /// <returns>Absolute paths, in no special order.</returns>
    public static IEnumerable<string> Match(string directory, string pattern)
    {
        var whole = Path.GetFullPath(Path.Combine(directory, pattern));
        if (File.Exists(whole))
        {
            return [whole];
        }

        // Only the pattern's own part is a pattern: the folder may bear any name.
        var segments = pattern.Split(['/', Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        var start = Path.IsPathRooted(pattern) ? Path.GetPathRoot(pattern)! : directory;
        return Match(Path.GetFullPath(start), segments.AsSpan());
    }

    private static List<string> Match(string directory, ReadOnlySpan<string> segments)
    {
        if (segments.IsEmpty || !Directory.Exists(directory))
        {
            return [];
        }

        var segment = segments[0];
        var rest = segments[1..];
        var found = new List<string>();
        if (segment == "**")
        {
            found.AddRange(Match(directory, rest));
            foreach (var inner in Entries(directory, "*", Directory.EnumerateDirectories))
            {
                found.AddRange(Match(inner, segments));
            }
        }
        else if (rest.IsEmpty)
        {
            found.AddRange(Entries(directory, segment, Directory.EnumerateFiles));
        }
        else if (segment.AsSpan().ContainsAny('*', '?'))
        {
            foreach (var inner in Entries(directory, segment, Directory.EnumerateDirectories))
            {
                found.AddRange(Match(inner, rest));
            }
        }
        else
        {
            found.AddRange(Match(Path.GetFullPath(Path.Combine(directory, segment)), rest));
        }

        return found;
    }

    private static IEnumerable<string> Entries(string directory, string pattern, Func<string, IEnumerable<string>> enumerate) =>
        enumerate(directory).Where(path => Path.GetFileName(path) is var name
            && (name[0] != '.' || pattern[0] == '.')
            && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
}
