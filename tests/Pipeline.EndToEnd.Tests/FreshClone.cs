using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pipeline.EndToEnd.Tests;

/// <summary>
/// A clone of the repository as it stands (tracked files with their uncommitted changes), in a folder of its own whose path has a space, in which commands are run as a newcomer
/// would: no Docker engine to be found, no terminal, another culture.
/// </summary>
public sealed class FreshClone : IDisposable
{
    private readonly DirectoryInfo _parent;

    public FreshClone()
    {
        _parent = Directory.CreateTempSubdirectory("fresh clone ");
        Path = System.IO.Path.Combine(_parent.FullName, "re po");
        Directory.CreateDirectory(Path);
        var source = RepositoryRoot();
        foreach (var file in Git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var from = System.IO.Path.Combine(source, file);
            if (File.Exists(from))
            {
                var to = System.IO.Path.Combine(Path, file);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
                File.Copy(from, to);
            }
        }

        Git(Path, "init", "--quiet");
        CommitAll("clone");
    }

    public string Path { get; }

    /// <summary>Variables of the commands' environment.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public void Dispose() => _parent.Delete(recursive: true);

    public void CommitAll(string message)
    {
        Git(Path, "add", "--all");
        Git(Path, "-c", "user.name=Test", "-c", "user.email=test@example.invalid", "commit", "--quiet", "--message", message);
    }

    /// <summary>Takes a stage's outputs over from another clone.</summary>
    public void TakeFromStore(FreshClone other, string stage)
    {
        var from = System.IO.Path.Combine(other.Path, "artifacts", "store", stage);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = System.IO.Path.Combine(Path, "artifacts", "store", stage, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public string GitStatus() => Git(Path, "status", "--porcelain");

    /// <summary>Runs build.sh to its end.</summary>
    public async Task<RunResult> BuildAsync(params string[] arguments)
    {
        using var process = StartBuild(arguments);
        var output = await ReadBothAsync(process);
        await process.WaitForExitAsync();
        return new RunResult(process.ExitCode, output);
    }

    /// <summary>Starts build.sh with its output redirected; the caller ends it.</summary>
    public Process StartBuild(params string[] arguments) => StartBuild(programs: null, arguments);

    /// <summary>Runs build.sh to its end with a folder of programs before those of the machine.</summary>
    public async Task<RunResult> BuildWithAsync(string programs, params string[] arguments)
    {
        using var process = StartBuild(programs, arguments);
        var output = await ReadBothAsync(process);
        await process.WaitForExitAsync();
        return new RunResult(process.ExitCode, output);
    }

    private Process StartBuild(string? programs, string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [System.IO.Path.Combine(Path, "build.sh"), .. arguments])
        {
            WorkingDirectory = System.IO.Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LANG"] = "tr_TR.UTF-8";
        start.Environment["LC_ALL"] = "tr_TR.UTF-8";
        start.Environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
        // Ahead of time it takes four times as long to publish; that is tested where images are.
        start.Environment["PIPELINE_AHEAD_OF_TIME"] = "0";
        start.Environment["PATH"] = $"{programs}{(programs is null ? string.Empty : ":")}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("TERM");
        // A newcomer has no tracking server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MLFLOW_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    public static async Task<string> ReadBothAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        return await output + await error;
    }

    private static string Git(string directory, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        var directory = new DirectoryInfo(System.IO.Path.GetDirectoryName(thisFile)!);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "Pipeline.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"No Pipeline.sln above {thisFile}.");
        }

        return directory.FullName;
    }
}
