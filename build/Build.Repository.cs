using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Nuke.Common.Utilities.Collections;
using Pipeline.Engine;
using Serilog;

/// <summary>Work on the repository itself, not on a model.</summary>
sealed partial class Build
{
    /// <summary>Runs the test projects in the configuration of this tool, so that src is compiled once. The filter leaves _build out, which is running.</summary>
    async Task TestAsync(CancellationToken stop)
    {
        var totals = new Dictionary<string, int>();
        string[] arguments = ["test", "--solution", RootDirectory / "tests" / "Tests.slnf", "-c", "Release", "--no-progress"];
        var exitCode = await PassThroughAsync("dotnet", arguments, Count, stop);

        int Total(string name) => totals.GetValueOrDefault(name);
        var line = string.Create(CultureInfo.InvariantCulture, $"{Total("succeeded")} passed, {Total("failed")} failed, {Total("skipped")} skipped");
        Log.Information("Tests: {Totals:l}", line);
        if (exitCode != 0)
        {
            throw new PipelineException(Pipeline.Engine.ExitCode.ToolError, $"dotnet test ended with exit code {exitCode}: {line}. What failed is above.");
        }

        ReportSummary(summary => summary.AddPair("Tests", line));

        // The summary that dotnet prints last is over all projects.
        void Count(string output)
        {
            if (TotalLine().Match(output) is { Success: true } match)
            {
                totals[match.Groups["name"].Value] = int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture);
            }
        }
    }

    Task CleanAsync(CancellationToken stop)
    {
        var artifacts = RootDirectory / "artifacts";
        if (Directory.Exists(artifacts))
        {
            Directory.Delete(artifacts, recursive: true);
            Log.Information("Removed {Folder:l}. Records under models/*/stages are kept.", artifacts.ToString());
        }
        else
        {
            Log.Information("Nothing to remove: there is no {Folder:l}.", artifacts.ToString());
        }

        return Task.CompletedTask;
    }

    /// <summary>Runs a program whose output people watch: each line is shown as it comes.</summary>
    static async Task<int> PassThroughAsync(string program, IEnumerable<string> arguments, Action<string> onLine, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = RootDirectory, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync(stop) is { } line)
            {
                Console.WriteLine(line);
                onLine(line);
            }

            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }

    [GeneratedRegex(@"^\s*(?<name>failed|succeeded|skipped): (?<count>\d+)\s*$")]
    private static partial Regex TotalLine();
}
