using System.Text.Json.Nodes;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>How records get from a run into the default branch: collected, proposed as a pull request, one at a time.</summary>
public sealed class RecordScriptTests : IAsyncLifetime
{
    private const string First = "models/flight-delay/stages/staging/0001.json";
    private const string Second = "models/flight-delay/stages/staging/0002.json";

    private GitFolder _repository = null!;

    private string State => Path.Combine(_repository.Root, "state.jsonl");

    private string Records => Path.Combine(_repository.Root, "records");

    public async ValueTask InitializeAsync() => _repository = await GitFolder.CreateAsync((First, "{}"), (".gitignore", "models/*/stages/dev/\n"));

    public ValueTask DisposeAsync()
    {
        _repository.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_record_becomes_a_pull_request_and_the_default_branch_stays_as_it_is()
    {
        var before = await GitFolder.GitAsync(_repository.Origin, "rev-parse", "main");
        _repository.Write(Second, """{"a":1}""");
        _repository.Write("models/flight-delay/stages/dev/0001.json", "{}");
        _repository.Write("models/flight-delay/stages/production/0001.json", "{}");

        var collected = await RunAsync("collect-records.sh", "staging", Records);
        await GitFolder.GitAsync(_repository.Work, "clean", "-fdq");
        var proposed = await RunAsync("propose-records.sh", "staging", Records);

        collected.Output.Should().Be("count=1\n");
        collected.Error.Should().Contain("::warning::models/flight-delay/stages/production/0001.json is new and no record of staging");
        proposed.ExitCode.Should().Be(0, proposed.Error);
        (await GitFolder.GitAsync(_repository.Origin, "rev-parse", "main")).Should().Be(before);
        (await GitFolder.GitAsync(_repository.Origin, "diff", "--name-status", "main", "records/staging-1001-2")).Should().Be($"A\t{Second}");
        (await GitFolder.GitAsync(_repository.Origin, "show", $"records/staging-1001-2:{Second}")).Should().Be("""{"a":1}""");
        var request = JsonNode.Parse(await File.ReadAllTextAsync(State, TestContext.Current.CancellationToken))!;
        request["headRefName"]!.GetValue<string>().Should().Be("records/staging-1001-2");
        request["body"]!.GetValue<string>().Should().Contain($"| `{Second}` | `015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862` |").And.Contain("https://example.org/run").And.Contain("./build.sh Verify");
    }

    [Fact]
    public async Task Without_a_new_record_there_is_no_pull_request()
    {
        var collected = await RunAsync("collect-records.sh", "staging", Records);
        var proposed = await RunAsync("propose-records.sh", "staging", Records);

        collected.Output.Should().Be("count=0\n");
        proposed.Output.Should().Contain("no new record");
        (await GitFolder.GitAsync(_repository.Origin, "branch", "--list")).Should().Be("* main");
    }

    [Fact]
    public async Task A_run_that_changed_a_record_is_refused()
    {
        _repository.Write(First, """{"changed":true}""");

        var result = await RunAsync("collect-records.sh", "staging", Records);

        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("have changed, which promoting never does").And.Contain(First);
    }

    [Theory]
    [InlineData("models/flight-delay/stages/production/0001.json", "{}", "is no record of staging")]
    [InlineData(".github/workflows/ci.yml", "on: push", "is no record of staging")]
    [InlineData("models/flight-delay/model.yaml", "name: x", "is no record of staging")]
    [InlineData("models/../stages/staging/0003.json", "{}", "no record of staging")]
    [InlineData(First, """{"other":1}""", "is there already, and records never change")]
    [InlineData(Second, "not json", "is no JSON object")]
    [InlineData(Second, "[1]", "is no JSON object")]
    [InlineData(Second + "\n", "{}", "is no record of staging")]
    public async Task Whatever_is_no_new_record_of_the_stage_is_refused_whole(string path, string content, string message)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Records, path))!);
        await File.WriteAllTextAsync(Path.Combine(Records, path), content, TestContext.Current.CancellationToken);
        await WriteRecordAsync("models/flight-delay/stages/staging/0009.json", "{}");

        var result = await RunAsync("propose-records.sh", "staging", Records);

        result.ExitCode.Should().Be(1, result.Output);
        result.Error.Should().Contain(message);
        (await GitFolder.GitAsync(_repository.Origin, "branch", "--list")).Should().Be("* main");
        File.Exists(State).Should().BeFalse();
    }

    [Fact]
    public async Task A_link_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Records, Second))!);
        File.CreateSymbolicLink(Path.Combine(Records, Second), Path.Combine(_repository.Work, First));

        var result = await RunAsync("propose-records.sh", "staging", Records);

        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("is a link");
    }

    [Fact]
    public async Task A_stage_whose_record_waits_is_not_moved_again()
    {
        await WriteRecordAsync(Second, "{}");
        await RunAsync("propose-records.sh", "staging", Records);

        var same = await RunAsync("open-records.sh", "staging");
        var other = await RunAsync("open-records.sh", "production");

        same.ExitCode.Should().Be(2);
        same.Error.Should().Contain("https://example.org/pull/9").And.Contain("Merge it, or close it");
        other.ExitCode.Should().Be(0, other.Error);
    }

    [Fact]
    public async Task A_fork_that_names_its_branch_so_holds_nothing_up()
    {
        await File.WriteAllTextAsync(State, """{"headRefName":"records/staging-1","url":"u","isCrossRepository":true}""" + "\n", TestContext.Current.CancellationToken);

        var result = await RunAsync("open-records.sh", "staging");

        result.ExitCode.Should().Be(0, result.Error);
    }

    private async Task WriteRecordAsync(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Records, path))!);
        await File.WriteAllTextAsync(Path.Combine(Records, path), content, TestContext.Current.CancellationToken);
    }

    private Task<ScriptResult> RunAsync(string script, params string[] arguments) => ShellScript.RunGitHubAsync(
        script,
        _repository.Work,
        new(GitFolder.Environment)
        {
            ["GH_STATE"] = State,
            ["GH_CALLS"] = Path.Combine(_repository.Root, "calls.txt"),
            ["GH_TOKEN"] = "secret-token",
            ["GITHUB_RUN_ID"] = "1001",
            ["GITHUB_RUN_ATTEMPT"] = "2",
            ["DEFAULT_BRANCH"] = "main",
            ["RUN_URL"] = "https://example.org/run",
        },
        arguments);
}
