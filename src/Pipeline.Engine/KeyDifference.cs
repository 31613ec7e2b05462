namespace Pipeline.Engine;

/// <summary>What differs between the inputs of two runs of a stage, in words for people.</summary>
internal static class KeyDifference
{
    /// <returns>The most to the point first: values (settings, versions) with old and new, then contents by name, then inputs of which no more is known than that they differ.</returns>
    public static IReadOnlyList<string> Of(StageKey earlier, StageKey now)
    {
        List<string> values = [], contents = [], others = [];
        foreach (var name in now.Parts.Keys.Union(earlier.Parts.Keys).Where(name => now.Parts.GetValueOrDefault(name) != earlier.Parts.GetValueOrDefault(name)).Order(StringComparer.Ordinal))
        {
            var difference = earlier.Details.GetValueOrDefault(name) is { } before && now.Details.GetValueOrDefault(name) is { } after ? new DetailDifference(before, after) : null;
            if (difference is null or { IsEmpty: true })
            {
                others.Add(Whole(name, earlier.Parts.GetValueOrDefault(name), now.Parts.GetValueOrDefault(name)));
                continue;
            }

            values.AddRange(difference.Values);
            if (difference.Contents.Length > 0)
            {
                contents.Add($"{name}: {difference.Contents}");
            }
        }

        return [.. values, .. contents, .. others];
    }

    private static string Whole(string name, string? before, string? after) => (before, after) switch
    {
        (null, _) => $"{name} added",
        (_, null) => $"{name} removed",
        _ when StageInput.IsContent(before) || StageInput.IsContent(after) => name,
        _ => $"{name}: {ShownValues.Of(before, after)}",
    };
}
