namespace Pipeline.Engine;

/// <summary>An old and a new value side by side, cut to where they differ.</summary>
internal static class ShownValues
{
    private const string None = "none";
    private const string Ellipsis = "…";
    private const int Longest = 40;

    // Enough to see where in the value one is.
    private const int Before = 12;

    /// <summary><c>31 → 63</c>; null and what is not there is <c>none</c>.</summary>
    public static string Of(string? before, string? after)
    {
        var (old, now) = (OneLine(before), OneLine(after));
        if (old.Length <= Longest && now.Length <= Longest)
        {
            return $"{old} → {now}";
        }

        var start = Math.Max(old.AsSpan().CommonPrefixLength(now) - Before, 0);
        return $"{Window(old, start)} → {Window(now, start)}";
    }

    /// <summary>One value, cut.</summary>
    public static string Of(string value) => Window(OneLine(value), 0);

    /// <summary>True for a value that says nothing: absent, or null in JSON.</summary>
    public static bool IsNone(string? value) => value is null or "null";

    private static string OneLine(string? value) => IsNone(value) ? None : value!.ReplaceLineEndings(" ").Replace("\\n", " ", StringComparison.Ordinal);

    private static string Window(string text, int start)
    {
        var end = Math.Min(start + Longest, text.Length);
        return start >= text.Length ? Ellipsis : $"{(start > 0 ? Ellipsis : string.Empty)}{text[start..end]}{(end < text.Length ? Ellipsis : string.Empty)}";
    }
}
