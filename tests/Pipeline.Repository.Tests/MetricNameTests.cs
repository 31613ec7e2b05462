using System.Text.RegularExpressions;

namespace Pipeline.Repository.Tests;

/// <summary>Metrics are named in rules and in the drift check, by text alone: a name that the service does not have would be an alert that never fires.</summary>
public sealed partial class MetricNameTests
{
    // Of every scrape, and of every process with a Prometheus library.
    private static readonly string[] NotOurs = ["up", "process_start_time_seconds"];

    private static readonly HashSet<string> InService = [.. Sources("src/Pipeline.Inference").SelectMany(source => ConstantPattern().Matches(source)).Select(match => match.Groups[1].Value)];

    public static TheoryData<string> Deployed =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "deploy"), "*.rules.yml", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(RepositoryFolder.Root, path))];

    [Theory]
    [MemberData(nameof(Deployed))]
    public void Every_metric_of_a_rule_is_the_services_or_another_rules(string file)
    {
        var text = RepositoryFolder.Read(file);
        var recorded = RecordPattern().Matches(text).Select(match => match.Groups[1].Value);

        var named = Expressions(text).SelectMany(expression => NamePattern().Matches(Bare(expression))).Select(match => SuffixPattern().Replace(match.Value, string.Empty)).Distinct().ToList();

        named.Should().HaveCountGreaterThan(3).And.BeSubsetOf([.. InService, .. recorded, .. NotOurs]);
    }

    [Fact]
    public void Every_metric_that_a_drift_check_reads_is_the_services()
    {
        var names = ConstantPattern().Matches(RepositoryFolder.Read("src", "Pipeline.Delivery", "DriftChecks", "Counters", "ServiceMetricNames.cs")).Select(match => match.Groups[1].Value).ToList();

        names.Should().HaveCount(7).And.BeSubsetOf([.. InService, .. NotOurs]);
    }

    [Theory]
    [MemberData(nameof(Deployed))]
    public void Every_alert_has_a_summary_a_description_and_a_section_of_a_runbook(string file)
    {
        foreach (var alert in AlertPattern().Matches(RepositoryFolder.Read(file)).Select(match => match.Value))
        {
            var name = alert.Split('\n')[0].Trim();
            var runbook = RunbookPattern().Match(alert);

            alert.Should().Contain("summary: ").And.Contain("description: ").And.Contain("severity: ");
            runbook.Groups[2].Value.Should().Be(name.ToLowerInvariant());
            RepositoryFolder.Read(runbook.Groups[1].Value).Should().Contain($"\n## {name}\n");
        }
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static IEnumerable<string> Expressions(string text) => ExpressionPattern().Matches(text).Select(match => match.Groups[1].Value);

    // Without labels, label lists, durations and what is called or an operator.
    private static string Bare(string expression) => NoisePattern().Replace(expression, " ");

    [GeneratedRegex("""const string \w+ = "([a-z_]+)";""")]
    private static partial Regex ConstantPattern();

    [GeneratedRegex(@"- record: (\S+)")]
    private static partial Regex RecordPattern();

    [GeneratedRegex(@"\bexpr: (?:\|\n)?((?:.+)(?:\n {10,}.+)*)")]
    private static partial Regex ExpressionPattern();

    [GeneratedRegex("""\{[^}]*\}|\b(?:(?:sum|max|count) by|on) \([^)]*\)|group_left \(\)|\[\w+\]|\b[a-z_]+ ?\(|\b(?:and|offset|bool)\b|\b[0-9][0-9a-z.-]*""")]
    private static partial Regex NoisePattern();

    [GeneratedRegex("[a-z_][a-z0-9_:]*")]
    private static partial Regex NamePattern();

    [GeneratedRegex("_(?:bucket|count|sum)$")]
    private static partial Regex SuffixPattern();

    [GeneratedRegex(@"(?<=- alert: )\w+\n(?:(?!      - ).*\n?)+")]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"runbook: ([a-z/.-]+)#(\w+)")]
    private static partial Regex RunbookPattern();
}
