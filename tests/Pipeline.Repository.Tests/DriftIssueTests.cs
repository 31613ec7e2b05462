using System.Text.Json.Nodes;

namespace Pipeline.Repository.Tests;

/// <summary>The script that keeps one issue of a model's drift, with a stand-in for GitHub.</summary>
public sealed class DriftIssueTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("drift issue ");

    private string State => Path.Combine(_root.FullName, "issues.jsonl");

    private string Calls => Path.Combine(_root.FullName, "calls.txt");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task An_issue_is_opened_once_renewed_in_silence_commented_on_change_and_closed_when_calm()
    {
        await RunAsync(2, "origin");
        Issue()["title"]!.GetValue<string>().Should().Be("Drift: flight-delay");
        Issue()["body"]!.GetValue<string>().Should().StartWith("## drift of origin").And.Contain("https://example.org/run").And.EndWith("<!-- drifts: origin -->\n");

        await RunAsync(2, ["origin"], "## drift of origin, newer");
        Issue()["body"]!.GetValue<string>().Should().StartWith("## drift of origin, newer");
        Comments().Should().BeEmpty("nobody is told the same twice");

        await RunAsync(2, "origin", "distance");
        Comments().Should().ContainSingle().Which.Should().StartWith("What drifts has changed: distance, origin.");

        await RunAsync(3);
        Issue()["state"]!.GetValue<string>().Should().Be("open", "too few rows are neither drift nor calm");

        await RunAsync(0);
        Issue()["state"]!.GetValue<string>().Should().Be("closed");
        Comments().Should().HaveCount(2).And.Contain(comment => comment.StartsWith("The model is calm again", StringComparison.Ordinal));

        await RunAsync(2, "origin");
        Issues().Should().HaveCount(2, "what was closed stays closed");
    }

    [Fact]
    public async Task Without_drift_and_without_an_issue_nothing_is_written()
    {
        await RunAsync(0);

        (await File.ReadAllLinesAsync(Calls, TestContext.Current.CancellationToken)).Should().Equal("issue list");
    }

    [Fact]
    public async Task The_issue_of_another_model_is_left_alone()
    {
        await File.WriteAllTextAsync(State, """{"number":1,"title":"Drift: flight-delay-2","label":"drift","state":"open","body":"","comments":[]}""" + "\n", TestContext.Current.CancellationToken);

        await RunAsync(2, "origin");
        await RunAsync(0);

        Issues().Select(issue => (issue["title"]!.GetValue<string>(), issue["state"]!.GetValue<string>())).Should().Equal(("Drift: flight-delay-2", "open"), ("Drift: flight-delay", "closed"));
    }

    [Fact]
    public async Task A_check_that_failed_changes_no_issue_and_fails()
    {
        await RunAsync(2, "origin");

        var (exitCode, error) = await ScriptAsync(1, [], "## ");

        exitCode.Should().Be(1);
        error.Should().Contain("the check itself failed with exit code 1");
        Issue()["state"]!.GetValue<string>().Should().Be("open");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    public async Task A_report_longer_than_an_issue_may_be_is_cut_between_characters(string begins)
    {
        await RunAsync(2, ["origin"], begins + string.Concat(Enumerable.Repeat("ü✈", 20_000)));

        var body = Issue()["body"]!.GetValue<string>();
        body.Length.Should().BeLessThan(65_000);
        body.Should().NotContain("\uFFFD").And.EndWith("<!-- drifts: origin -->\n");
    }

    private Task RunAsync(int status, params string[] drifted) => RunAsync(status, drifted, $"## drift of {string.Join(", ", drifted)}");

    private async Task RunAsync(int status, string[] drifted, string markdown)
    {
        var (exitCode, error) = await ScriptAsync(status, drifted, markdown);
        exitCode.Should().Be(0, error);
    }

    private async Task<(int ExitCode, string Error)> ScriptAsync(int status, string[] drifted, string markdown)
    {
        var report = Directory.CreateDirectory(Path.Combine(_root.FullName, "report")).FullName;
        var subjects = new JsonArray([.. drifted.Append("calm").Select(name => new JsonObject { ["name"] = name, ["verdict"] = name == "calm" ? "ok" : "drift" })]);
        var json = new JsonObject { ["windows"] = new JsonArray(new JsonObject { ["drift"] = new JsonObject { ["subjects"] = subjects } }) };
        await File.WriteAllTextAsync(Path.Combine(report, "exit-code"), $"{status}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(report, "drift.json"), json.ToJsonString(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(report, "drift.md"), markdown, TestContext.Current.CancellationToken);
        var result = await ShellScript.RunGitHubAsync("drift-issue.sh", _root.FullName, new() { ["GH_STATE"] = State, ["GH_CALLS"] = Calls, ["RUN_URL"] = "https://example.org/run" }, "flight-delay", report);
        return (result.ExitCode, result.Error + result.Output);
    }

    private List<JsonObject> Issues() => [.. File.ReadLines(State).Select(line => JsonNode.Parse(line)!.AsObject())];

    private JsonObject Issue() => Issues().Should().ContainSingle().Subject;

    private List<string> Comments() => [.. Issue()["comments"]!.AsArray().Select(comment => comment!.GetValue<string>())];
}
