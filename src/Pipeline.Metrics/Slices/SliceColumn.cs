namespace Pipeline.Metrics.Slices;

/// <summary>Which slice each row belongs to, of the slices that one column makes.</summary>
/// <param name="Name">The column's.</param>
/// <param name="Values">The slices' names.</param>
/// <param name="Codes">For each row the index of its slice; -1 if it belongs to none.</param>
public sealed record SliceColumn(string Name, IReadOnlyList<string> Values, int[] Codes)
{
    /// <summary>What a missing value is called.</summary>
    public const string Missing = "(missing)";

    // Up to so many different numbers each is a slice of its own.
    private const int MaxDistinctNumbers = 12;

    private const int Fourths = 4;

    /// <summary>True if the slices are ranges of a number.</summary>
    public bool HasRanges { get; init; }

    /// <summary>Such as <c>origin = ATL</c>, or <c>hour ≥ 17</c> of a range.</summary>
    /// <param name="value">Index of the slice.</param>
    public string NameOf(int value) => HasRanges && Values[value] != Missing ? $"{Name} {Values[value]}" : $"{Name} = {Values[value]}";

    /// <summary>A slice for each value, the most frequent first; values beyond the limit belong to none.</summary>
    /// <param name="name">The column's.</param>
    /// <param name="values">One per row; null if missing.</param>
    /// <param name="maxValues">The limit.</param>
    /// <param name="minRows">Values with so many rows or more are slices beyond the limit too.</param>
    public static SliceColumn OfTexts(string name, IReadOnlyList<string?> values, int maxValues, int minRows = int.MaxValue)
    {
        var kept = values.GroupBy(value => value ?? Missing, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .TakeWhile((group, index) => index < maxValues || group.Count() >= minRows)
            .Select((group, index) => (group.Key, index))
            .ToDictionary(pair => pair.Key, pair => pair.index, StringComparer.Ordinal);
        return new SliceColumn(name, [.. kept.OrderBy(pair => pair.Value).Select(pair => pair.Key)], [.. values.Select(value => kept.GetValueOrDefault(value ?? Missing, -1))]);
    }

    /// <summary>A slice for each number if there are few different ones, else one for each fourth of the rows; missing ones are a slice of their own.</summary>
    /// <param name="name">The column's.</param>
    /// <param name="values">One per row; NaN if missing.</param>
    public static SliceColumn OfNumbers(string name, IReadOnlyList<float> values)
    {
        float[] sorted = [.. values.Where(value => !float.IsNaN(value)).Order()];
        var distinct = sorted.Distinct().Take(MaxDistinctNumbers + 1).ToArray();
        var isEach = distinct.Length <= MaxDistinctNumbers;
        float[] bounds = isEach ? distinct : [.. Enumerable.Range(1, Fourths - 1).Select(fourth => sorted[sorted.Length * fourth / Fourths]).Distinct()];
        List<string> names = isEach ? [.. bounds.Select(Text)] : [$"< {Text(bounds[0])}", .. bounds.Skip(1).Select((bound, i) => $"{Text(bounds[i])} to < {Text(bound)}"), $"≥ {Text(bounds[^1])}"];
        var missing = names.Count;
        int[] codes = [.. values.Select(value => float.IsNaN(value) ? missing : isEach ? Array.BinarySearch(bounds, value) : bounds.Count(bound => value >= bound))];
        return new SliceColumn(name, sorted.Length < values.Count ? [.. names, Missing] : names, codes) { HasRanges = !isEach };
    }

    /// <summary>Rows of each slice.</summary>
    public int[] Counts()
    {
        var counts = new int[Values.Count];
        foreach (var code in Codes.Where(code => code >= 0))
        {
            counts[code]++;
        }

        return counts;
    }

    // So many digits as tell it from every other number: two slices must not share a name.
    private static string Text(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
