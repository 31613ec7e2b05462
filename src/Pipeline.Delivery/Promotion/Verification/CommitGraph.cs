namespace Pipeline.Delivery.Promotion.Verification;

/// <summary>Which commits come before which. Git is asked once, as a process for the range of each of many records takes its time.</summary>
internal sealed class CommitGraph
{
    private readonly Dictionary<string, int> _places;
    private readonly int[][] _parents;

    /// <param name="commits">What <c>git rev-list --parents</c> prints: a commit a line, then its parents.</param>
    public CommitGraph(string commits)
    {
        var lines = commits.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        _places = lines.Index().ToDictionary(pair => pair.Item[0], pair => pair.Index);
        _parents = [.. lines.Select(line => line.Skip(1).Where(_places.ContainsKey).Select(parent => _places[parent]).ToArray())];
    }

    /// <summary>Whether any of some commits is the one or before it, and neither the other nor before that.</summary>
    /// <param name="since">The other; null for none.</param>
    /// <param name="commit">The one.</param>
    /// <param name="wanted">Full hashes.</param>
    /// <returns>Null if the one or the other is not known.</returns>
    public bool? HasAny(string? since, string commit, IEnumerable<string> wanted)
    {
        if (!_places.TryGetValue(commit, out var to) || (since is not null && !_places.ContainsKey(since)))
        {
            return null;
        }

        var before = new bool[_parents.Length];
        Mark(since is null ? [] : [_places[since]], before);
        var within = (bool[])before.Clone();
        Mark([to], within);
        return wanted.Any(hash => _places.TryGetValue(hash, out var place) && within[place] && !before[place]);
    }

    private void Mark(IEnumerable<int> from, bool[] marked)
    {
        var open = new Stack<int>(from);
        while (open.TryPop(out var place))
        {
            if (!marked[place])
            {
                marked[place] = true;
                foreach (var parent in _parents[place])
                {
                    open.Push(parent);
                }
            }
        }
    }
}
