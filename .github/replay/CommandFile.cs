namespace Pipeline.WorkflowReplay;

/// <summary>What a step wrote to GITHUB_OUTPUT or GITHUB_ENV: <c>name=value</c>, or <c>name&lt;&lt;END</c> with the lines up to END.</summary>
public static class CommandFile
{
    /// <exception cref="ReplayException">A line is neither; GitHub fails the step then.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        var values = new List<KeyValuePair<string, string>>();
        using var lines = File.ReadLines(path).GetEnumerator();
        while (lines.MoveNext())
        {
            var line = lines.Current;
            var (equals, opens) = (line.IndexOf('=', StringComparison.Ordinal), line.IndexOf("<<", StringComparison.Ordinal));
            if (opens > 0 && (equals < 0 || opens < equals))
            {
                values.Add(new(line[..opens], Block(lines, line[(opens + 2)..], path)));
            }
            else if (equals > 0)
            {
                values.Add(new(line[..equals], line[(equals + 1)..]));
            }
            else if (line.Length > 0)
            {
                throw new ReplayException($"{Path.GetFileName(path)}: '{line}' is neither name=value nor name<<END.");
            }
        }

        return values;
    }

    private static string Block(IEnumerator<string> lines, string end, string path)
    {
        var block = new List<string>();
        while (lines.MoveNext())
        {
            if (lines.Current == end)
            {
                return string.Join('\n', block);
            }

            block.Add(lines.Current);
        }

        throw new ReplayException($"{Path.GetFileName(path)}: '{end}' does not close what was opened with it.");
    }
}
