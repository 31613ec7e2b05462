using System.Diagnostics;

namespace Pipeline.Repository.Tests;

/// <summary>build.sh works wherever it is called from and whatever stands in the environment.</summary>
public sealed class ScriptTests
{
    private static readonly Dictionary<string, string> Nonsense = new()
    {
        ["TARGET"] = "x86_64-unknown-linux",
        ["HOST"] = "mars",
        ["Verbosity"] = "loud",
        ["SKIP"] = "everything",
        ["PLAN"] = "B",
        ["HELP"] = "please",
        ["CONTINUE"] = "maybe",
        ["ROOT"] = "/no/such/root",
        ["PROFILE"] = "nobody",
        ["NOLOGO"] = "what",
        ["VERSION"] = "not a version",
        ["CONFIGURATION"] = "Nope",
        ["TERM"] = "xterm-256color",
        ["LANG"] = "tr_TR.UTF-8",
    };

    [Fact]
    public async Task Works_from_another_folder_with_nonsense_in_the_environment_and_no_terminal()
    {
        var result = await BuildScript.RunAsync(RepositoryFolder.Root, Path.GetTempPath(), Nonsense, ["--help"]);

        result.ExitCode.Should().Be(0, result.Error);
        result.Targets.Should().Contain(target => target.Name == "Promote");
        result.Output.Should().NotContain("\u001b", "colours are for terminals");
    }

    [Fact]
    public async Task Works_in_a_path_with_spaces_and_relative_paths_are_the_callers()
    {
        using var folder = new TemporaryCopy();

        var help = await BuildScript.RunAsync(folder.Repository, folder.Root, [], ["--help"]);
        var refused = await BuildScript.RunAsync(folder.Repository, folder.Root, [], ["Serve", "--package", "caller.txt", "--port", "0"]);

        help.ExitCode.Should().Be(0, help.Error);
        help.Error.Should().BeEmpty("the tool was copied with its stamp, so that nothing is built");
        UsageTests.ShouldRefuse(refused, "--port '0'");
    }

    [Theory]
    [InlineData("""{ "Port": "eighty" }""", ".nuke/parameters.json: Port 'eighty': it must be a port, 1 to 65535.")]
    [InlineData("""{ "Modell": "a" }""", ".nuke/parameters.json: there is no parameter 'Modell'; did you mean 'Model'?")]
    [InlineData("""[ 1 ]""", ".nuke/parameters.json is not a JSON object")]
    public async Task Wrong_parameters_file_is_one_clear_line_and_exit_code_64(string json, string message)
    {
        using var folder = new TemporaryCopy();
        await File.WriteAllTextAsync(Path.Combine(folder.Repository, ".nuke", "parameters.json"), json, TestContext.Current.CancellationToken);

        var result = await BuildScript.RunAsync(folder.Repository, folder.Repository, [], ["--help"]);

        UsageTests.ShouldRefuse(result, message);
    }

    [Theory]
    [InlineData("50%41")]
    [InlineData("a;b")]
    [InlineData("two\nlines")]
    [InlineData("@(items)")]
    public async Task A_folder_that_msbuild_cannot_build_in_is_refused_by_name(string name)
    {
        var parent = Directory.CreateTempSubdirectory();
        try
        {
            var folder = parent.CreateSubdirectory(name).FullName;
            File.Copy(Path.Combine(RepositoryFolder.Root, "build.sh"), Path.Combine(folder, "build.sh"));

            var result = await BuildScript.RunAsync(folder, parent.FullName, [], ["--help"]);

            result.ExitCode.Should().Be(64);
            result.Error.Should().Contain(folder).And.Contain("Move the clone");
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("build.sh", "100755")]
    [InlineData("build.cmd", "100755")]
    [InlineData("build.ps1", "100644")]
    public async Task Scripts_are_checked_out_with_line_feeds_and_run_bits(string script, string mode)
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(RepositoryFolder.Root, ".git")), "not a git checkout");

        var index = await GitAsync("ls-files", "--stage", "--eol", script);

        index.Should().StartWith(mode).And.Contain("i/lf").And.Contain("eol=lf");
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = RepositoryFolder.Root, RedirectStandardOutput = true })!;
        return await git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
