using System.Diagnostics;

// Several runs within a moment would meet in NUKE's log file.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

namespace Pipeline.Repository.Tests;

/// <summary>Runs a build.sh as people do: a child process, no terminal, whatever folder and environment.</summary>
internal static class BuildScript
{
    public static Task<ScriptResult> RunAsync(params string[] arguments) => RunAsync(RepositoryFolder.Root, RepositoryFolder.Root, [], arguments);

    public static async Task<ScriptResult> RunAsync(string repository, string workingDirectory, Dictionary<string, string> environment, string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh needs a Unix shell");
        var start = new ProcessStartInfo(Path.Combine(repository, "build.sh"), arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // These tests may themselves run under build.sh, whose caller's folder is not theirs.
        start.Environment.Remove("PIPELINE_CALLER_DIRECTORY");
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
