using System.Text.RegularExpressions;

namespace Pipeline.Repository.Tests;

/// <summary>What people see of the targets, and that each one's inputs are there when it runs.</summary>
public sealed partial class TargetGraphTests
{
    [Fact]
    public async Task Listed_targets_and_their_edges_are_those_of_the_snapshot()
    {
        var help = await BuildScript.RunAsync("--help");

        help.ExitCode.Should().Be(0, help.Error);
        string.Join('\n', help.TargetLines).Trim().Should().Be(RepositoryFolder.Read("tests", "Pipeline.Repository.Tests", "Snapshots", "targets.txt").Trim());
    }

    [Fact]
    public async Task Table_of_targets_in_README_equals_help()
    {
        var table = ReadmeTable().Match(RepositoryFolder.Read("README.md"));
        var rows = ReadmeRow().Matches(table.Value).Select(row => (row.Groups["name"].Value, row.Groups["what"].Value)).Where(row => row.Item1 != "Target").ToList();

        var help = await BuildScript.RunAsync("--help");

        rows.Should().Equal(help.Targets);
    }

    [Fact]
    public void Every_artifact_that_a_target_takes_is_made_by_a_target_before_it()
    {
        var targets = TargetDefinition().Matches(RepositoryFolder.Read("build", "Build.cs")).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value);
        var artifacts = ArtifactProperty().Matches(RepositoryFolder.Read("build", "Build.Composition.cs")).Select(match => match.Groups["name"].Value).ToList();

        artifacts.Should().HaveCountGreaterThan(4);
        targets.Should().HaveCountGreaterThan(10);
        foreach (var (name, body) in targets)
        {
            var made = Before(name, targets).SelectMany(before => artifacts.Where(artifact => Makes(targets[before], artifact)));
            var taken = artifacts.Where(artifact => Takes(body, artifact));

            taken.Should().BeSubsetOf(made, $"{name} takes them");
        }
    }

    [Fact]
    public async Task Targets_named_together_run_in_the_order_that_makes_sense()
    {
        var help = await BuildScript.RunAsync("Serve", "Promote", "Push", "BaseImage", "Test", "Clean", "Plan", "--plan");
        Assert.SkipUnless(help.Output.Contains("stand-in", StringComparison.Ordinal), "NUKE's own --plan opens a browser");

        var order = help.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();

        order.Should().ContainInOrder("Clean", "Test", "Plan", "PrepareData", "Train", "Evaluate", "Gate", "Package", "SmokeTest", "Push", "Promote", "Serve");
        order.Should().ContainInOrder("Clean", "BaseImage", "Package");
    }

    private static bool Makes(string body, string artifact) => Regex.IsMatch(body, $@"\b{artifact} = await\b");

    private static bool Takes(string body, string artifact) => Regex.IsMatch(body[body.IndexOf(".Executes", StringComparison.Ordinal)..], $@"[(,] ?{artifact}\b(?! =)");

    private static HashSet<string> Before(string name, Dictionary<string, string> targets)
    {
        var direct = DependsOn().Match(targets[name]).Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. direct, .. direct.SelectMany(dependency => Before(dependency, targets))];
    }

    [GeneratedRegex(@"^    (new )?Target (?<name>\w+) => _ => _(?<body>.*?);$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex TargetDefinition();

    [GeneratedRegex(@"(?<name>\w+) \{ get => Made\(field\); set; \}")]
    private static partial Regex ArtifactProperty();

    [GeneratedRegex(@"\.DependsOn\((?<names>[^)]*)\)")]
    private static partial Regex DependsOn();

    [GeneratedRegex("<!-- targets -->.*<!-- /targets -->", RegexOptions.Singleline)]
    private static partial Regex ReadmeTable();

    [GeneratedRegex(@"^\| `?(?<name>\w+)`? +\| (?<what>.*?) +\|$", RegexOptions.Multiline)]
    private static partial Regex ReadmeRow();
}
