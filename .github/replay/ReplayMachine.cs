using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>
/// What stands for GitHub's machine: a clone of the commit that is checked out, whose origin is a bare clone beside it and not the repository itself, and stand-ins for what would
/// sign in somewhere. All of it is in one temporary folder.
/// </summary>
public sealed class ReplayMachine : IDisposable
{
    private readonly bool _keepsFolder;

    private ReplayMachine(string root, bool keepsFolder, string commit, bool leavesChangesOut) => (Root, _keepsFolder, Commit, LeavesChangesOut) = (root, keepsFolder, commit, leavesChangesOut);

    public string Root { get; }

    public string Commit { get; }

    /// <summary>Whether the repository has changes that are in no commit.</summary>
    public bool LeavesChangesOut { get; }

    public string Workspace => Path.Combine(Root, "workspace");

    public string Artifacts => Folder("artifacts");

    public string Temp => Folder("temp");

    /// <summary>A line for each call of gh and docker that was not carried out.</summary>
    public string Calls => Path.Combine(Root, "calls.txt");

    public static ReplayMachine Create(string repository, bool keepsFolder)
    {
        var root = Directory.CreateTempSubdirectory("replay-").FullName;
        var origin = Path.Combine(root, "origin.git");
        var commit = Git(repository, "rev-parse", "HEAD");
        var changes = Git(repository, "status", "--porcelain", "--untracked-files=no");
        Git(root, "init", "-q", "--bare", "-b", "main", origin);
        Git(repository, "push", "-q", origin, "HEAD:refs/heads/main");
        var machine = new ReplayMachine(root, keepsFolder, commit.Trim(), changes.Length > 0);
        Git(root, "clone", "-q", origin, machine.Workspace);
        File.WriteAllText(machine.Calls, string.Empty);
        machine.WriteStandIns();
        return machine;
    }

    /// <summary>The commit's files as a job finds them. What git ignores stays, as a cache would: build output, artifacts/.</summary>
    public void CheckOut()
    {
        Git(Workspace, "checkout", "-q", "-f", "main");
        Git(Workspace, "reset", "-q", "--hard", Commit);
        Git(Workspace, "clean", "-q", "-f", "-d");
    }

    /// <summary>Answers of gh by the beginning of its command line, such as <c>gh pr list</c>. Unknown calls are noted and say nothing.</summary>
    public void Answer(IEnumerable<KeyValuePair<string, string>> answers)
    {
        var folder = Folder("answers");
        // The longest beginning wins.
        foreach (var ((begins, answer), index) in answers.OrderByDescending(answer => answer.Key.Length).Select((answer, index) => (answer, index)))
        {
            File.WriteAllText(Path.Combine(folder, $"{index:000}.begins"), begins);
            File.WriteAllText(Path.Combine(folder, $"{index:000}.answer"), answer);
        }
    }

    /// <summary>The variables of every step: this process's own without what another runner left, and a runner's.</summary>
    public Dictionary<string, string> Environment(JsonObject github)
    {
        var variables = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? string.Empty, StringComparer.Ordinal);
        foreach (var left in variables.Keys.Where(name => name.StartsWith("GITHUB_", StringComparison.Ordinal) || name.StartsWith("RUNNER_", StringComparison.Ordinal)).ToList())
        {
            variables.Remove(left);
        }

        foreach (var name in new[] { "sha", "ref", "ref_name", "repository", "repository_owner", "actor", "run_id", "run_number", "run_attempt", "event_name", "server_url", "api_url", "workflow", "base_ref", "head_ref" })
        {
            variables[$"GITHUB_{name.ToUpperInvariant()}"] = ExpressionValue.Text(github[name]);
        }

        var eventFile = Path.Combine(Temp, "event.json");
        File.WriteAllText(eventFile, github["event"]?.ToJsonString() ?? "{}");
        variables["CI"] = "true";
        variables["GITHUB_ACTIONS"] = "true";
        variables["GITHUB_EVENT_PATH"] = eventFile;
        variables["GITHUB_WORKSPACE"] = Workspace;
        variables["RUNNER_TEMP"] = Temp;
        variables["RUNNER_OS"] = "Linux";
        variables["RUNNER_ARCH"] = "X64";
        variables["GIT_CONFIG_GLOBAL"] = Path.Combine(Root, "gitconfig");
        variables["REPLAY_CALLS"] = Calls;
        variables["REPLAY_ANSWERS"] = Folder("answers");
        variables["PATH"] = $"{Folder("stand-ins")}:{variables.GetValueOrDefault("PATH")}";
        return variables;
    }

    public void Dispose()
    {
        if (!_keepsFolder)
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    private void WriteStandIns()
    {
        const string note = "printf '%s\\n' \"$name $*\" >> \"$REPLAY_CALLS\"";
        Write("gh", $$"""
            name=gh
            {{note}}
            for file in "$REPLAY_ANSWERS"/*.begins; do
              if [ -f "$file" ] && [[ "$name $*" == "$(cat "$file")"* ]]; then cat "${file%.begins}.answer"; exit; fi
            done
            """);
        // Signing in and out is noted; the engine itself is the machine's.
        Write("docker", $$"""
            name=docker
            case ${1:-} in login | logout) {{note}}; [ "$1" = logout ] || cat > /dev/null; exit ;; esac
            PATH=${PATH#*:} exec docker "$@"
            """);
        if (System.Environment.GetEnvironmentVariable("PATH")!.Split(':').All(folder => !File.Exists(Path.Combine(folder, "sudo"))))
        {
            Write("sudo", """exec "$@" """);
        }
    }

    private void Write(string name, string body)
    {
        var path = Path.Combine(Folder("stand-ins"), name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\nset -euo pipefail\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Git(string folder, params string[] arguments)
    {
        using var output = new StringWriter();
        var exitCode = ShellProcess.Run("git", arguments, folder, null, output);
        return exitCode == 0 ? output.ToString() : throw new ReplayException($"git {string.Join(' ', arguments)} in {folder} ended with exit code {exitCode}: {output}");
    }
}
