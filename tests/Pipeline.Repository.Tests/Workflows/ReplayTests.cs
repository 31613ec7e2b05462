using System.Text.Json.Nodes;
using Pipeline.WorkflowReplay;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>The replay of a workflow does with its run lines what GitHub does.</summary>
public sealed class ReplayTests
{
    private const string Fixture = """
        name: fixture
        on:
          workflow_dispatch:
            inputs:
              stage: { default: staging, type: string }
        env:
          WHERE: ${{ inputs.stage }}
        defaults:
          run:
            shell: bash
        jobs:
          last:
            needs: [first, each]
            if: always() && needs.each.result == 'failure'
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/download-artifact@0000000000000000000000000000000000000000
                with: { pattern: made-*, path: taken }
              - run: cat taken/*/file.txt
              - env:
                  NAMES: ${{ needs.first.outputs.names }}
                run: gh pr create --title "$WHERE $NAMES"
          first:
            runs-on: ubuntu-24.04
            environment: ${{ inputs.stage }}
            outputs:
              names: ${{ steps.list.outputs.names }}
            steps:
              - uses: actions/checkout@0000000000000000000000000000000000000000
              - id: list
                name: list
                run: |
                  echo "names=[\"good\",\"bad\"]" >> "$GITHUB_OUTPUT"
                  printf 'LATER<<END\ntwo\nlines\nEND\n' >> "$GITHUB_ENV"
                  echo "# told" >> "$GITHUB_STEP_SUMMARY"
              - run: echo "$LATER in $WHERE of $GITHUB_REPOSITORY at $GITHUB_REF; $(git rev-parse --abbrev-ref HEAD)"
              - if: github.event_name == 'push'
                run: exit 9
              - name: pipes count
                run: echo piped | cat
              - run: printf '%s' "$TOKEN" | docker login registry.example --username me --password-stdin
                env:
                  TOKEN: ${{ secrets.TOKEN }}
              - run: "[ \"$(gh pr list --state open)\" = '[1]' ]"
          each:
            needs: first
            strategy:
              matrix:
                model: ${{ fromJSON(needs.first.outputs.names) }}
            runs-on: ubuntu-24.04
            steps:
              - name: may fail
                continue-on-error: true
                run: "false | true"
              - run: mkdir out-${{ matrix.model }} && echo "made by ${{ matrix.model }}" > out-${{ matrix.model }}/file.txt
              - uses: actions/upload-artifact@0000000000000000000000000000000000000000
                with: { name: "made-${{ matrix.model }}", path: "out-${{ matrix.model }}" }
              - name: judge
                run: test "${{ matrix.model }}" = good || exit 7
              - name: after it
                run: echo unreachable for the bad one
              - name: whatever happened
                if: always()
                run: echo cleaned
              - name: when it failed
                if: ${{ failure() }}
                run: echo mourned
        """;

    [Fact]
    public async Task Steps_run_in_order_with_their_environment_outputs_and_conditions_and_a_failure_stops_the_job()
    {
        var (report, log) = await ReplayAsync(Fixture, """{ "secrets": { "TOKEN": "secret" }, "answers": { "gh pr list": "[1]", "gh pr": "[2]" } }""");

        report.Jobs.Select(job => (job.Title, job.Result)).Should().Equal(
            ("first", ReplayResult.Success), ("each (good)", ReplayResult.Success), ("each (bad)", ReplayResult.Failure), ("last", ReplayResult.Success));
        report.Failed.Should().BeTrue();
        report.Jobs[0].Steps.Select(step => step.Result).Should().Equal(Enumerable.Repeat(ReplayResult.Success, 3).Append(ReplayResult.Skipped).Concat(Enumerable.Repeat(ReplayResult.Success, 3)));
        report.Jobs[2].Steps.Select(step => (step.Name, step.Result, step.Note)).Skip(3).Should().Equal(
            ("judge", ReplayResult.Failure, "exit code 7"), ("after it", ReplayResult.Skipped, "an earlier step failed"), ("whatever happened", ReplayResult.Success, ""), ("when it failed", ReplayResult.Success, ""));
        report.Jobs[1].Steps.Select(step => step.Name).Should().StartWith("may fail");
        report.Jobs[1].Steps[0].Note.Should().Be("exit code 1, and the step may fail", "bash is asked for with pipefail");
        report.Calls.Should().Equal("docker login registry.example --username me --password-stdin", "gh pr list --state open", """gh pr create --title staging ["good","bad"]""");
        log.Should().Contain("two\nlines in staging of Example/pipeline at refs/heads/main; main").And.Contain("not replayed: actions/checkout").And.Contain("step summary: 7 bytes, beginning with: # told")
            .And.Contain("environment staging: its reviewers are not asked here").And.Contain("made by bad\nmade by good").And.Contain("replay: failed").And.NotContain("secret-");
    }

    [Fact]
    public async Task Chosen_jobs_run_with_assumed_needs_and_a_pinned_leg()
    {
        var (report, log) = await ReplayAsync(Fixture, """{ "matrix": { "model": "good" }, "needs": { "first": { "outputs": { "names": "[]" } } }, "inputs": { "stage": "production" } }""", "each");

        report.Jobs.Should().ContainSingle().Which.Title.Should().Be("each (good)");
        report.Failed.Should().BeFalse();
        log.Should().EndWith("replay: every step that was replayed ended well\n");
    }

    [Fact]
    public async Task Pushes_reach_a_clone_and_not_the_repository()
    {
        const string Pushing = """
            on: push
            jobs:
              one:
                runs-on: ubuntu-24.04
                steps:
                  - run: git push -q origin HEAD:refs/heads/records/x && git ls-remote origin records/x
            """;
        using var repository = await GitFolder.CreateAsync(("a.txt", "a"));

        var (report, log) = await ReplayAsync(repository, Pushing, "{}");

        report.Failed.Should().BeFalse(log);
        log.Should().Contain("refs/heads/records/x");
        (await GitFolder.GitAsync(repository.Origin, "branch", "--list")).Should().Be("* main");
        (await GitFolder.GitAsync(repository.Work, "branch", "--list")).Should().Be("* main");
    }

    [Theory]
    [InlineData("on: push\njobs:\n  a: { needs: b, steps: [] }\n  b: { needs: a, steps: [] }", "The jobs a, b need each other")]
    [InlineData("on: push\njobs:\n  a:\n    steps:\n      - run: echo ${{ nothing.x }}", "there is no context 'nothing' here")]
    [InlineData("on: push\njobs:\n  a:\n    steps:\n      - { shell: pwsh, run: x }", "the shell 'pwsh' is not replayed")]
    [InlineData("on: push\njobs:\n  a:\n    steps:\n      - run: echo nonsense >> \"$GITHUB_OUTPUT\"", "'nonsense' is neither name=value")]
    [InlineData("on: [push", "fixture.yml, line 2: While parsing")]
    public async Task What_cannot_be_replayed_is_said(string workflow, string message)
    {
        var replay = () => ReplayAsync(workflow, "{}");

        (await replay.Should().ThrowAsync<ReplayException>()).Which.Message.Should().Contain(message);
    }

    [Fact]
    public async Task The_script_replays_a_workflow_of_this_repository()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(RepositoryFolder.Root, ".git")), "not a git checkout");

        var models = await ShellScript.RunGitHubAsync("replay.sh", RepositoryFolder.Root, [], "ci", "models");
        var unknown = await ShellScript.RunGitHubAsync("replay.sh", RepositoryFolder.Root, [], "ci", "nothing");
        var usage = await ShellScript.RunGitHubAsync("replay.sh", RepositoryFolder.Root, [], "ci", "--fast");

        models.ExitCode.Should().Be(0, models.Output + models.Error);
        models.Output.Should().Contain("success  job models");
        unknown.ExitCode.Should().Be(1);
        unknown.Error.Should().Contain("has no job 'nothing'; it has gate, models, chain");
        usage.ExitCode.Should().Be(64);
        usage.Error.Should().Contain("there is no option --fast; usage: replay.sh WORKFLOW");
    }

    private static async Task<(ReplayReport Report, string Log)> ReplayAsync(string workflow, string values, params string[] jobs)
    {
        using var repository = await GitFolder.CreateAsync(("a.txt", "a"));
        return await ReplayAsync(repository, workflow, values, jobs);
    }

    private static async Task<(ReplayReport Report, string Log)> ReplayAsync(GitFolder repository, string workflow, string values, params string[] jobs)
    {
        var path = Path.Combine(repository.Root, "fixture.yml");
        await File.WriteAllTextAsync(path, workflow, TestContext.Current.CancellationToken);
        using var log = new StringWriter { NewLine = "\n" };
        using var machine = ReplayMachine.Create(repository.Work, keepsFolder: false);
        var report = new Replay(machine, new ReplayOptions(repository.Work, path, jobs, JsonNode.Parse(values)!.AsObject(), KeepsFolder: false), log).Run();
        return (report, log.ToString());
    }
}
