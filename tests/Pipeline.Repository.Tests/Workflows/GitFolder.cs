namespace Pipeline.Repository.Tests.Workflows;

/// <summary>A small repository with an origin beside it, and nobody's git settings.</summary>
internal sealed class GitFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private GitFolder()
    {
    }

    public string Origin => Path.Combine(_folder.Root, "origin.git");

    public string Work => Path.Combine(_folder.Root, "work");

    public string Root => _folder.Root;

    public static Dictionary<string, string> Environment => new()
    {
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_CONFIG_SYSTEM"] = "/dev/null",
        ["GIT_AUTHOR_NAME"] = "A",
        ["GIT_AUTHOR_EMAIL"] = "a@example.org",
        ["GIT_COMMITTER_NAME"] = "A",
        ["GIT_COMMITTER_EMAIL"] = "a@example.org",
    };

    public static async Task<GitFolder> CreateAsync(params (string Path, string Content)[] files)
    {
        if (!ShellScript.Has("git"))
        {
            MissingPart.Skip("git is not here");
        }

        var folder = new GitFolder();
        foreach (var (path, content) in files)
        {
            folder.Write(path, content);
        }

        await GitAsync(folder.Root, "init", "-q", "--bare", "-b", "main", folder.Origin);
        await GitAsync(folder.Work, "init", "-q", "-b", "main");
        await GitAsync(folder.Work, "add", "-A");
        await GitAsync(folder.Work, "commit", "-q", "-m", "first");
        await GitAsync(folder.Work, "remote", "add", "origin", folder.Origin);
        await GitAsync(folder.Work, "push", "-q", "origin", "main");
        return folder;
    }

    public string Write(string path, string content) => _folder.Write(Path.Combine("work", path), content);

    public static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var result = await ShellScript.RunAsync("git", folder, Environment, arguments);
        result.ExitCode.Should().Be(0, result.Error);
        return result.Output.Trim();
    }

    public void Dispose() => _folder.Dispose();
}
