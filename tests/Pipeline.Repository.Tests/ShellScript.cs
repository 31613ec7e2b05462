using System.Diagnostics;

namespace Pipeline.Repository.Tests;

/// <summary>Runs a program or one of .github/scripts.</summary>
internal static class ShellScript
{
    public static string StandIns => Path.Combine(RepositoryFolder.Root, "tests", "Pipeline.Repository.Tests", "StandIns");

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>A script of .github/scripts, where gh is the stand-in.</summary>
    public static Task<ScriptResult> RunGitHubAsync(string script, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        foreach (var part in new[] { "bash", "jq", "git" }.Where(part => !Has(part)))
        {
            MissingPart.Skip($"{part} is not here, which .github/scripts need");
        }

        environment.TryAdd("PATH", $"{StandIns}:{Environment.GetEnvironmentVariable("PATH")}");
        return RunAsync("bash", folder, environment, [Path.Combine(RepositoryFolder.Root, ".github", "scripts", script), .. arguments]);
    }

    public static async Task<ScriptResult> RunAsync(string program, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ScriptResult(process.ExitCode, await output, await error);
    }
}
