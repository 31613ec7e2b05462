using System.Text.Json.Nodes;
using Pipeline.WorkflowReplay;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>The workflows of releases from end to end, with a build.sh that notes what it is asked and writes the record that a promotion would.</summary>
public sealed class ReleaseReplayTests : IAsyncLifetime
{
    private const string BuildScript = """
        #!/usr/bin/env bash
        echo "asked: $*"
        target=$1; shift
        while [ $# -gt 1 ]; do case $1 in --model) model=$2 ;; --stage) stage=$2 ;; esac; shift; done
        case $target in
          SmokeTest) mkdir -p "artifacts/reports/$model"; echo "# report of $model" > "artifacts/reports/$model/report.md" ;;
          DriftCheck) mkdir -p "artifacts/reports/$model/drift"; echo "# drift of $model" > "artifacts/reports/$model/drift/drift.md"; exit 2 ;;
          Promote | Rollback) [ "$model" != refused ] || exit 2; mkdir -p "models/$model/stages/$stage"; echo "{\"by\":\"$target\"}" > "models/$model/stages/$stage/0001.json" ;;
        esac
        """;

    private GitFolder _repository = null!;

    public async ValueTask InitializeAsync()
    {
        var github = Path.Combine(RepositoryFolder.Root, ".github");
        var files = new[] { "scripts", "workflows" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(github, folder)))
            .Select(file => (Path.Combine(".github", Path.GetRelativePath(github, file)), File.ReadAllText(file)));
        _repository = await GitFolder.CreateAsync([.. files, ("models/one/model.yaml", "name: one"), ("models/two/model.yaml", "name: two"), (".gitignore", "artifacts/\nmodels/*/stages/dev/\n"), ("build.sh", BuildScript)]);
        await GitFolder.GitAsync(_repository.Work, "update-index", "--chmod=+x", "build.sh");
        await GitFolder.GitAsync(_repository.Work, "commit", "-q", "-m", "run bit");
    }

    public ValueTask DisposeAsync()
    {
        _repository.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void The_default_branch_is_promoted_to_staging_and_its_records_are_proposed()
    {
        var (report, log) = Replay("ci.yml", "{}", "models", "chain", "comment", "staging", "records");

        Results(report).Should().Equal(("models", "success"), ("chain (one)", "success"), ("chain (two)", "success"), ("comment", "skipped"), ("staging (one)", "success"), ("staging (two)", "success"), ("records", "success"));
        log.Should().Contain("asked: SmokeTest --model two").And.Contain("asked: Promote --model one --stage staging --registry ghcr.io/example --policy-ref origin/main\n");
        report.Calls.Should().Contain("docker login ghcr.io --username replay --password-stdin")
            .And.ContainSingle(call => call.StartsWith("gh pr create --base main --head records/staging-1001-1 --title Records of staging --body-file", StringComparison.Ordinal));
        log.Should().Contain("copied instead of downloaded: 2 artifacts");
    }

    [Theory]
    [InlineData("""{ "vars": { "REGISTRY": "none" } }""", "staging", "skipped")]
    [InlineData("""{ "github": { "ref": "refs/heads/topic" } }""", "staging", "skipped")]
    [InlineData("""{ "github": { "event_name": "pull_request" } }""", "staging", "skipped")]
    [InlineData("""{ "answers": { "gh api repos/Example/pipeline/commits/main": "another" } }""", "staging (one)", "success")]
    [InlineData("""{ "answers": { "gh pr list": "[{\"url\":\"u\",\"headRefName\":\"records/staging-7-1\",\"isCrossRepository\":false}]" } }""", "staging (one)", "success")]
    public void Nothing_is_promoted_when_it_is_not_this_runs_turn(string values, string title, string result)
    {
        var (report, log) = Replay("ci.yml", values, "models", "staging", "records");

        Results(report).Should().Contain((title, result));
        log.Should().NotContain("asked: Promote");
        report.Calls.Should().NotContain(call => call.StartsWith("gh pr create", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Example/pipeline", "octocat", true)]
    [InlineData("fork/pipeline", "octocat", false)]
    [InlineData("Example/pipeline", "dependabot[bot]", false)]
    public void A_pull_request_is_commented_on_where_its_run_may_and_else_says_that_it_is_not(string repository, string author, bool isCommented)
    {
        var values = $$$"""{ "github": { "event_name": "pull_request", "event": { "pull_request": { "number": 7, "head": { "sha": "0123", "repo": { "full_name": "{{{repository}}}" } }, "user": { "login": "{{{author}}}" } } } } }""";

        var (report, log) = Replay("ci.yml", values, "models", "chain", "comment");

        report.Failed.Should().BeFalse(log);
        report.Calls.Any(call => call.StartsWith("gh api --method POST repos/Example/pipeline/issues/7/comments", StringComparison.Ordinal)).Should().Be(isCommented);
        log.Contains("have no token that may comment", StringComparison.Ordinal).Should().Be(!isCommented);
    }

    [Fact]
    public void Production_is_promoted_after_the_drift_check_with_its_reviews_and_then_verified()
    {
        var (report, log) = Replay("promote.yml", """{ "inputs": { "model": "one", "stage": "production" } }""");

        Results(report).Should().Equal(("drift", "success"), ("promote", "success"), ("records", "success"));
        log.Should().MatchRegex(@"(?s)asked: DriftCheck --model one.*DriftCheck ended with exit code 2.*environment production.*asked: Promote --model one --stage production --registry ghcr.io/example --policy-ref origin/main --deployment-reviews \S+/reviews.json.*asked: Verify --model one --registry ghcr.io/example --policy-ref origin/main");
        report.Calls.Should().Contain("gh api repos/Example/pipeline/actions/runs/1001/approvals").And.ContainSingle(call => call.StartsWith("gh pr create --base main --head records/production-1001-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_promotion_fails_and_proposes_nothing()
    {
        var (report, log) = Replay("promote.yml", """{ "inputs": { "model": "refused", "stage": "production" } }""");

        Results(report).Should().Equal(("drift", "success"), ("promote", "failure"), ("records", "skipped"));
        log.Should().Contain("is not promoted to production: policy says no");
    }

    [Theory]
    [InlineData("promote.yml", "drift")]
    [InlineData("rollback.yml", "rollback")]
    public void A_release_is_started_on_the_default_branch_only(string workflow, string job)
    {
        var (report, log) = Replay(workflow, """{ "github": { "ref": "refs/heads/topic", "ref_name": "topic" }, "inputs": { "model": "one", "reason": "why" } }""");

        Results(report).Should().Contain((job, "failure"));
        log.Should().Contain("Start this on main").And.NotContain("asked:");
    }

    [Fact]
    public void A_rollback_is_signed_with_its_own_key_and_its_record_is_proposed()
    {
        var (report, log) = Replay("rollback.yml", """{ "inputs": { "model": "one", "stage": "production", "reason": "it fell", "version": "0001" }, "secrets": { "ROLLBACK_SSH_KEY": "secret-key" } }""");

        Results(report).Should().Equal(("rollback", "success"), ("records", "success"));
        log.Should().MatchRegex(@"asked: Rollback --model one --stage production --registry ghcr.io/example --policy-ref origin/main --reason it fell --yes --to 0001 --ssh-key \S+").And.Contain("asked: Verify").And.NotContain("secret-key");
        report.Calls.Should().ContainSingle(call => call.StartsWith("gh pr create --base main --head records/production-1001-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_waits_stops_a_release_before_anything_moves()
    {
        var (report, log) = Replay(
            "rollback.yml", """{ "inputs": { "model": "one", "reason": "why" }, "answers": { "gh pr list": "[{\"url\":\"https://example.org/pull/9\",\"headRefName\":\"records/production-7-1\",\"isCrossRepository\":false}]" } }""");

        Results(report).Should().Equal(("rollback", "failure"), ("records", "skipped"));
        log.Should().Contain("https://example.org/pull/9").And.NotContain("asked:");
    }

    private static IEnumerable<(string Title, string Result)> Results(ReplayReport report) => report.Jobs.Select(job => (job.Title, job.Result.ToString().ToLowerInvariant()));

    private (ReplayReport Report, string Log) Replay(string workflow, string values, params string[] jobs)
    {
        var assumed = JsonNode.Parse("""{ "answers": { "gh api repos/Example/pipeline/commits/main": "${{ github.sha }}", "gh pr list": "[]", "gh api repos/Example/pipeline/actions": "[]", "gh api --paginate": "[]" } }""")!.AsObject();
        JsonOverlay.Lay(JsonNode.Parse(values)!.AsObject(), assumed);
        using var log = new StringWriter { NewLine = "\n" };
        using var machine = ReplayMachine.Create(_repository.Work, keepsFolder: false);
        var report = new Replay(machine, new ReplayOptions(_repository.Work, Path.Combine(_repository.Work, ".github", "workflows", workflow), jobs, assumed, KeepsFolder: false), log).Run();
        return (report, log.ToString());
    }
}
