using System.Text.Json.Nodes;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>The scripts that show reports: the step's summary and the comment on a pull request.</summary>
public sealed class ReportScriptTests : IDisposable
{
    private const string Mark = "<!-- pipeline: report of the models -->";

    private readonly TemporaryFolder _folder = new();

    private string State => Path.Combine(_folder.Root, "state.jsonl");

    private List<JsonObject> Comments => [.. File.ReadLines(State).Select(line => JsonNode.Parse(line)!.AsObject())];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pull_request_has_one_comment_that_every_run_renews()
    {
        await CommentAsync("# first");
        await CommentAsync("# second");

        var body = Comments.Should().ContainSingle().Subject["body"]!.GetValue<string>();
        body.Should().StartWith(Mark).And.Contain("# flight-delay").And.Contain("# second").And.Contain("0123456789ab").And.Contain("https://example.org/run").And.NotContain("# first");
    }

    [Fact]
    public async Task Comments_of_people_are_left_alone_whatever_they_begin_with()
    {
        await File.WriteAllLinesAsync(
            State, [$$"""{"id":1,"user":{"type":"User"},"body":"{{Mark}} mine"}""", """{"id":2,"user":{"type":"Bot"},"body":"another bot"}"""], TestContext.Current.CancellationToken);

        await CommentAsync("# new");
        await CommentAsync("a newer");

        Comments.Select(comment => comment["body"]!.GetValue<string>().Trim().Split(' ')[^1]).Should().Equal("mine", "bot", "newer");
    }

    [Fact]
    public async Task Text_of_a_report_is_never_a_command_and_never_lost()
    {
        await CommentAsync("""$(touch pwned) `id` "; rm -rf / # '""");

        Comments[0]["body"]!.GetValue<string>().Should().Contain("""$(touch pwned) `id` "; rm -rf / # '""");
    }

    [Fact]
    public async Task Without_a_report_the_comment_says_so()
    {
        var result = await RunAsync("pr-comment.sh", Path.Combine(_folder.Root, "none"));

        result.ExitCode.Should().Be(0, result.Error);
        Comments[0]["body"]!.GetValue<string>().Should().Contain("There is no report");
    }

    [Fact]
    public async Task Long_reports_share_what_a_comment_takes_and_are_cut_at_a_line_with_nothing_left_open()
    {
        _folder.Write("reports/report-other/report.md", $"<details>\n```\n{string.Concat(Enumerable.Repeat("ü row ✈\n", 20_000))}");

        await CommentAsync(string.Concat(Enumerable.Repeat("| a row |\n", 20_000)));

        var body = Comments[0]["body"]!.GetValue<string>();
        body.Length.Should().BeInRange(50_000, 65_536);
        body.Should().Contain("| a row |\n\n\nThe comment ends here").And.Contain("ü row ✈\n\n```\n</details>\n\nThe comment ends here").And.Contain("`report-other`").And.NotContain("\uFFFD");
    }

    [Theory]
    [InlineData(1_000, 0, true)]
    [InlineData(1_048_000, 0, false)]
    [InlineData(3_000_000, 0, false)]
    [InlineData(1_000, 1_043_500, false)]
    public async Task A_summary_stays_below_what_GitHub_takes_and_says_where_the_rest_is(int length, int written, bool isWhole)
    {
        var summary = _folder.Write("summary.md", new string('w', written));
        var report = _folder.Write("report.md", string.Concat(Enumerable.Repeat("123456789\n", length / 10)));

        var result = await ShellScript.RunGitHubAsync("step-summary.sh", _folder.Root, new() { ["GITHUB_STEP_SUMMARY"] = summary }, report, "the artifact");

        result.ExitCode.Should().Be(0, result.Error);
        new FileInfo(summary).Length.Should().BeLessThan(1024 * 1024);
        (await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken)).EndsWith("The summary ends here, as GitHub takes no more; the whole is in the artifact.\n", StringComparison.Ordinal).Should().Be(!isWhole);
    }

    [Fact]
    public async Task A_summary_of_a_report_that_is_not_there_says_so()
    {
        var summary = Path.Combine(_folder.Root, "summary.md");

        var result = await ShellScript.RunGitHubAsync("step-summary.sh", _folder.Root, new() { ["GITHUB_STEP_SUMMARY"] = summary }, "no/report.md", "the artifact");

        result.ExitCode.Should().Be(0, result.Error);
        (await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken)).Should().Contain("There is no `no/report.md`");
    }

    private async Task CommentAsync(string report)
    {
        _folder.Write("reports/report-flight-delay/report.md", report + "\n");
        var result = await RunAsync("pr-comment.sh", Path.Combine(_folder.Root, "reports"));
        result.ExitCode.Should().Be(0, result.Error);
    }

    private Task<ScriptResult> RunAsync(string script, params string[] arguments) => ShellScript.RunGitHubAsync(
        script,
        _folder.Root,
        new()
        {
            ["GH_STATE"] = State,
            ["GH_CALLS"] = Path.Combine(_folder.Root, "calls.txt"),
            ["GITHUB_REPOSITORY"] = "example/pipeline",
            ["PR_NUMBER"] = "7",
            ["RUN_URL"] = "https://example.org/run",
            ["COMMIT"] = "0123456789abcdef",
        },
        arguments);
}
