namespace Pipeline.Repository.Tests;

/// <summary>How a script ended.</summary>
internal sealed record ScriptResult(int ExitCode, string Output, string Error)
{
    /// <summary>The listed targets in order, each with its description, from --help.</summary>
    public IReadOnlyList<(string Name, string Description)> Targets
    {
        get
        {
            var lines = TargetLines.ToList();
            return [.. lines.Where(line => IsName(line)).Select(line => (line.Trim().Split(' ')[0], lines[lines.IndexOf(line) + 1].Trim()))];
        }
    }

    public IEnumerable<string> TargetLines =>
        Output.Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => !line.StartsWith("Targets", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("Parameters", StringComparison.Ordinal));

    private static bool IsName(string line) => line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("   ", StringComparison.Ordinal);
}
