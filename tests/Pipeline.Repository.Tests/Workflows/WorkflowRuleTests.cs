using System.Text.RegularExpressions;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>The workflows keep to the rules, and the rules find what breaks them.</summary>
public sealed partial class WorkflowRuleTests
{
    private const string Careless = """
        on: [push, pull_request_target]
        permissions: write-all
        jobs:
          comment:
            runs-on: ubuntu-24.04
            permissions: { issues: write, id-token: write }
            steps:
              - uses: actions/checkout@v4
              - uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5
                with: { path: store, key: "store-${{ github.head_ref }}" }
              - run: ./build.sh Promote --reason "${{ inputs.reason }}"
          other:
            runs-on: ubuntu-24.04
            timeout-minutes: 5
            steps: []
        """;

    public static TheoryData<string> Names => WorkflowText.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Workflow_keeps_to_the_rules(string name) => WorkflowRules.Faults(WorkflowText.Read(name)).Should().BeEmpty();

    [Fact]
    public void Every_breach_of_a_rule_is_found()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("careless.yml", Careless);

        var faults = WorkflowRules.Faults(WorkflowText.ReadFile(path)).ToList();

        string[] expected =
        [
            "permissions of the whole workflow", "pull_request_target gives", "no concurrency", "not pinned by SHA with its version in a comment: - uses: actions/checkout@v4", "comment: no timeout-minutes",
            "comment: id-token", "comment: runs what was built with a token that writes", "comment: an expression within run", "comment: checkout leaves the token", "comment: a cache by the branch's name", "other: no permissions",
        ];
        faults.Should().HaveCount(expected.Length);
        expected.Should().AllSatisfy(start => faults.Should().Contain(fault => fault.StartsWith(start, StringComparison.Ordinal)));
    }

    [Fact]
    public void An_action_has_one_version_in_all_workflows()
    {
        var pins = WorkflowText.Names.SelectMany(name => Pin().Matches(WorkflowText.Read(name.Data).Text)).Select(match => (Action: match.Groups["action"].Value.Split('/')[1], Pin: match.Groups["pin"].Value)).ToList();

        pins.Should().HaveCountGreaterThan(10);
        pins.GroupBy(pin => pin.Action).Should().AllSatisfy(action => action.Select(pin => pin.Pin).Distinct().Should().ContainSingle(action.Key));
    }

    [Fact]
    public void Scripts_that_workflows_run_are_there()
    {
        var scripts = WorkflowText.Names.SelectMany(name => Script().Matches(WorkflowText.Read(name.Data).Text)).Select(match => match.Value).Distinct().ToList();

        scripts.Should().HaveCountGreaterThan(5).And.OnlyContain(script => File.Exists(Path.Combine(RepositoryFolder.Root, script)));
    }

    [Fact]
    public void Every_workflow_tells_of_itself_in_the_document_of_workflows()
    {
        var document = RepositoryFolder.Read("docs", "release-workflows.md");

        WorkflowText.Names.Should().AllSatisfy(name => document.Should().Contain($"`{name.Data}`"));
        WorkflowText.Names.SelectMany(name => Setting().Matches(WorkflowText.Read(name.Data).Text)).Select(match => match.Groups["name"].Value).Where(name => name != "GITHUB_TOKEN").Distinct()
            .Should().AllSatisfy(setting => document.Should().Contain($"`{setting}`"));
    }

    [GeneratedRegex(@"uses: (?<action>[\w./-]+)@(?<pin>[0-9a-f]{40} # \S+)")]
    private static partial Regex Pin();

    [GeneratedRegex(@"\.github/scripts/[\w-]+\.sh")]
    private static partial Regex Script();

    [GeneratedRegex(@"\b(?:vars|secrets)\.(?<name>\w+)")]
    private static partial Regex Setting();
}
