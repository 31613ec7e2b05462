namespace Pipeline.Delivery.Definition;

/// <summary>Finds what somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// The known name with the fewest changed letters, case and dashes aside, if they are less than half; one that begins as it is written comes before all that more than one letter
    /// is changed in; null if none is near.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        var word = Letters(written);
        var names = known.Order(StringComparer.Ordinal).ToList();
        var nearest = names.Select(name => (Name: name, Distance: Distance(word, Letters(name)))).OrderBy(candidate => candidate.Distance).FirstOrDefault();
        var longer = word.Length == 0 ? null : names.Find(name => Letters(name).StartsWith(word, StringComparison.Ordinal));
        if (longer is not null && nearest.Distance > 1)
        {
            return longer;
        }

        if (nearest.Name is not null && nearest.Distance * 2 < Math.Max(word.Length, Letters(nearest.Name).Length))
        {
            return nearest.Name;
        }

        return longer;
    }

    /// <summary><c>; did you mean 'x'?</c> or, if no name is near, <c>; known: x, y</c>.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> known) =>
        Of(written, known) is { } name ? $"; did you mean '{name}'?" : $"; known: {string.Join(", ", known)}";

    private static string Letters(string text) => text.Replace("-", string.Empty, StringComparison.Ordinal).ToUpperInvariant();

    // Optimal string alignment: Levenshtein with two swapped letters as one change.
    private static int Distance(string a, string b)
    {
        int[][] rows = [.. Enumerable.Range(0, a.Length + 1).Select(_ => new int[b.Length + 1])];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i][j] = i == 0 || j == 0 ? i + j : Math.Min(
                    rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1),
                    Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i][j] = Math.Min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }

        return rows[a.Length][b.Length];
    }
}
