namespace Pipeline.Repository.Tests.Workflows;

/// <summary>The scripts that promote, roll back, check drift and sign in, with a build.sh that tells what it was asked.</summary>
public sealed class ReleaseScriptTests : IDisposable
{
    private const string Key = "-----BEGIN KEY-----\nsecret-line\n-----END KEY-----";

    private readonly TemporaryFolder _folder = new();

    public ReleaseScriptTests()
    {
        var script = _folder.Write("build.sh", """
            #!/usr/bin/env bash
            printf '<%s>' "$@"; echo
            env | grep -E 'SIGNING_KEY|SSH_KEY' || true
            for ((i = 1; i < $#; i++)); do
              case ${!i} in --ssh-key | --model-signing-key) next=$((i + 1)); stat -c 'mode %a' "${!next}"; cat "${!next}"; echo "${!next}" > key-was-at ;; esac
            done
            echo "why it ended"
            exit "${ENDS_WITH:-0}"
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string Summary => _folder.Write("summary.md", string.Empty);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Promoting_names_stage_registry_policy_and_reviews()
    {
        var result = await RunAsync("promote.sh", [], "m", "production", "registry.example/team", "origin/main", "reviews file.json");

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().StartWith("<Promote><--model><m><--stage><production><--registry><registry.example/team><--policy-ref><origin/main><--deployment-reviews><reviews file.json>\n");
        (await SummaryAsync()).Should().Contain("**m is promoted to production.**");
    }

    [Theory]
    [InlineData("2", "policy says no")]
    [InlineData("3", "not enough data")]
    [InlineData("1", "failed with exit code 1")]
    public async Task What_ended_a_promotion_is_the_exit_code_and_stands_in_the_summary(string exitCode, string message)
    {
        var result = await RunAsync("promote.sh", new() { ["ENDS_WITH"] = exitCode }, "m", "production", "r", "origin/main");

        $"{result.ExitCode}".Should().Be(exitCode);
        result.Output.Should().NotContain("--deployment-reviews").And.NotContain("--model-signing-key");
        (await SummaryAsync()).Should().Contain(message).And.Contain("why it ended");
    }

    [Fact]
    public async Task A_rollback_names_its_version_and_reason_whatever_they_hold()
    {
        var result = await RunAsync("rollback.sh", new() { ["REASON"] = "it \"fell\"; $(touch pwned)", ["VERSION"] = "1.0 x" }, "m", "production", "r", "origin/main");

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().StartWith("<Rollback><--model><m><--stage><production><--registry><r><--policy-ref><origin/main><--reason><it \"fell\"; $(touch pwned)><--yes><--to><1.0 x>\n");
        File.Exists(Path.Combine(_folder.Root, "pwned")).Should().BeFalse();
    }

    [Theory]
    [InlineData("rollback.sh", "ROLLBACK_SSH_KEY", "0")]
    [InlineData("rollback.sh", "ROLLBACK_SSH_KEY", "2")]
    [InlineData("promote.sh", "MODEL_SIGNING_KEY", "0")]
    [InlineData("promote.sh", "MODEL_SIGNING_KEY", "2")]
    public async Task A_key_is_a_private_file_that_is_gone_afterwards_and_no_variable_of_the_command(string script, string variable, string exitCode)
    {
        var result = await RunAsync(script, new() { [variable] = Key, ["REASON"] = "why", ["ENDS_WITH"] = exitCode }, "m", "production", "r", "origin/main");

        $"{result.ExitCode}".Should().Be(exitCode);
        result.Output.Should().Contain($"mode 600\n{Key}\n").And.NotContain($"{variable}=");
        var path = (await File.ReadAllTextAsync(Path.Combine(_folder.Root, "key-was-at"), TestContext.Current.CancellationToken)).Trim();
        path.Should().NotBeEmpty();
        Path.Exists(path).Should().BeFalse();
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 0)]
    [InlineData("3", 0)]
    [InlineData("1", 1)]
    [InlineData("64", 64)]
    public async Task A_verdict_of_drift_is_kept_for_people_and_a_failure_fails(string exitCode, int expected)
    {
        var result = await RunAsync("drift-check.sh", new() { ["ENDS_WITH"] = exitCode }, "m");

        result.ExitCode.Should().Be(expected, result.Error);
        (await File.ReadAllTextAsync(Path.Combine(_folder.Root, "artifacts", "reports", "m", "drift", "exit-code"), TestContext.Current.CancellationToken)).Trim().Should().Be(exitCode);
    }

    [Theory]
    [InlineData("", "", "registry=ghcr.io/example-team\n", "login ghcr.io --username octocat --password-stdin < run-token")]
    [InlineData("registry.example:5000/Team", "pass", "registry=registry.example:5000/team\n", "login registry.example:5000 --username robot --password-stdin < pass")]
    [InlineData("127.0.0.1:5000", "", "registry=127.0.0.1:5000\n", null)]
    [InlineData("ghcr.io/other", "pass", "registry=ghcr.io/other\n", "login ghcr.io --username robot --password-stdin < pass")]
    public async Task A_registry_is_signed_in_to_with_what_is_there_for_it(string registry, string password, string output, string? login)
    {
        var calls = Path.Combine(_folder.Root, "calls.txt");
        var docker = _folder.Write("bin/docker", "#!/usr/bin/env bash\nprintf '%s' \"$*\" >> \"$CALLS\"; echo \" < $(cat)\" >> \"$CALLS\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var result = await RunAsync("registry-login.sh", new()
        {
            ["PATH"] = $"{Path.GetDirectoryName(docker)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CALLS"] = calls,
            ["REGISTRY"] = registry,
            ["REGISTRY_USERNAME"] = "robot",
            ["REGISTRY_PASSWORD"] = password,
            ["GITHUB_REPOSITORY_OWNER"] = "Example-Team",
            ["GITHUB_ACTOR"] = "octocat",
            ["GITHUB_TOKEN"] = "run-token",
        });

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().Be(output);
        (File.Exists(calls) ? (await File.ReadAllTextAsync(calls, TestContext.Current.CancellationToken)).Trim() : null).Should().Be(login);
        result.Error.Contains("used without signing in", StringComparison.Ordinal).Should().Be(login is null);
    }

    private Task<ScriptResult> RunAsync(string script, Dictionary<string, string> environment, params string[] arguments)
    {
        environment["GITHUB_STEP_SUMMARY"] = Summary;
        return ShellScript.RunGitHubAsync(script, _folder.Root, environment, arguments);
    }

    private Task<string> SummaryAsync() => File.ReadAllTextAsync(Path.Combine(_folder.Root, "summary.md"), TestContext.Current.CancellationToken);
}
