using System.Globalization;

namespace Pipeline.Engine;

/// <summary>What differs between the details of one input in two runs.</summary>
internal sealed class DetailDifference
{
    private const int ShownContents = 3;
    private const int ShownMembers = 3;

    private readonly IReadOnlyDictionary<string, string> _before;
    private readonly IReadOnlyDictionary<string, string> _after;

    public DetailDifference(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        (_before, _after) = (before, after);
        var changed = after.Keys.Union(before.Keys).Where(name => before.GetValueOrDefault(name) != after.GetValueOrDefault(name)).ToList();
        var contents = changed.Where(name => IsContent(before, name) || IsContent(after, name)).ToList();
        Contents = Told(contents);
        Values = [.. ValuesOf([.. changed.Except(contents)])];
    }

    /// <summary><c>training.trainers[0].leaves: 31 → 63</c>; an element of a list that another one has is added or removed.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary><c>data/a.csv changed, data/b.csv added and 4 more</c>; empty if there are none.</summary>
    public string Contents { get; }

    public bool IsEmpty => Values.Count == 0 && Contents.Length == 0;

    private static bool IsContent(IReadOnlyDictionary<string, string> details, string name) => details.GetValueOrDefault(name) is { } value && StageInput.IsContent(value);

    private string Told(List<string> names)
    {
        var told = names
            .Select(name => (Name: name, What: !_before.ContainsKey(name) ? "added" : !_after.ContainsKey(name) ? "removed" : "changed"))
            .OrderBy(change => change.What switch { "changed" => 0, "added" => 1, _ => 2 })
            .ThenBy(change => change.Name, StringComparer.Ordinal)
            .Select(change => $"{change.Name} {change.What}")
            .ToList();
        var more = told.Count - ShownContents;
        return string.Join(", ", told.Take(ShownContents)) + (more > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {more} more") : string.Empty);
    }

    private IEnumerable<string> ValuesOf(List<string> changed)
    {
        // In a list that became longer or shorter, what stood at one place says nothing of what stands there now.
        foreach (var list in changed.Select(ListOf).OfType<string>().Distinct().ToList())
        {
            var (before, after) = (Elements(_before, list), Elements(_after, list));
            if (before.Count != after.Count)
            {
                changed.RemoveAll(name => name == list || ListOf(name) == list);
                foreach (var (index, members) in Without(before, after))
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{list}[{index}] removed ({Shown(members)})");
                }

                foreach (var (index, members) in Without(after, before))
                {
                    yield return string.Create(CultureInfo.InvariantCulture, $"{list}[{index}] added ({Shown(members)})");
                }
            }
        }

        foreach (var name in changed)
        {
            var (before, after) = (Leaf(_before, name), Leaf(_after, name));
            if (!ShownValues.IsNone(before) || !ShownValues.IsNone(after))
            {
                yield return $"{name}: {ShownValues.Of(before, after)}";
            }
        }
    }

    /// <summary>An empty list or object is there only as long as it has nothing; what it then has stands in lines of its own.</summary>
    private static string? Leaf(IReadOnlyDictionary<string, string> details, string name) => details.GetValueOrDefault(name) is { } value and not ("[]" or "{}") ? value : null;

    /// <summary>The name of the outermost list that a name is in; null if it is in none.</summary>
    private static string? ListOf(string name) => name.IndexOf('[', StringComparison.Ordinal) is > 0 and var start ? name[..start] : null;

    private static SortedDictionary<int, List<KeyValuePair<string, string>>> Elements(IReadOnlyDictionary<string, string> details, string list)
    {
        var elements = new SortedDictionary<int, List<KeyValuePair<string, string>>>();
        foreach (var (name, value) in details.Where(detail => ListOf(detail.Key) == list))
        {
            var end = name.IndexOf(']', StringComparison.Ordinal);
            if (int.TryParse(name.AsSpan(list.Length + 1, Math.Max(end - list.Length - 1, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                elements.TryAdd(index, []);
                elements[index].Add(new(name[(end + 1)..].TrimStart('.'), value));
            }
        }

        return elements;
    }

    /// <summary>The elements of one list that have no equal in another, which is counted off.</summary>
    private static List<KeyValuePair<int, List<KeyValuePair<string, string>>>> Without(
        SortedDictionary<int, List<KeyValuePair<string, string>>> elements, SortedDictionary<int, List<KeyValuePair<string, string>>> others)
    {
        var left = others.Values.Select(Signature).ToList();
        return [.. elements.Where(element => !left.Remove(Signature(element.Value)))];
    }

    private static string Signature(List<KeyValuePair<string, string>> members) => string.Join('\0', members.Select(member => $"{member.Key}\0{member.Value}"));

    private static string Shown(List<KeyValuePair<string, string>> members) =>
        string.Join(", ", members.Where(member => !ShownValues.IsNone(member.Value)).Take(ShownMembers).Select(member => $"{member.Key} {ShownValues.Of(member.Value)}".Trim()));
}
