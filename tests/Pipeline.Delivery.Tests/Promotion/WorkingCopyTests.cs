using Pipeline.Delivery.Promotion;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Promotion;

public sealed class WorkingCopyTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("working copy's ");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var file in _root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // Git's objects are read-only, which Windows takes for a reason not to delete them.
            file.Attributes = FileAttributes.Normal;
        }

        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task The_commit_and_the_person_come_from_git_and_changed_files_are_told()
    {
        await GitAsync("init", "--quiet");
        await GitAsync("config", "user.name", "Ada Lovelace");
        await GitAsync("config", "user.email", "ada@example.com");
        await WriteAsync("one", "1");
        await GitAsync("add", "one");
        await GitAsync("-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "--message", "one");
        var commit = (await GitAsync("rev-parse", "HEAD")).Trim();

        var clean = await WorkingCopy.ReadAsync(_root.FullName, Token);
        await WriteAsync("two", "a file that git does not know");
        var untracked = await WorkingCopy.ReadAsync(_root.FullName, Token);
        await WriteAsync("one", "2");
        var dirty = await WorkingCopy.ReadAsync(_root.FullName, Token);

        clean.Commit.Should().Be(commit);
        untracked.Should().Be(clean);
        dirty.Commit.Should().Be(commit + "-dirty");
        if (Environment.GetEnvironmentVariable("GITHUB_ACTOR") is null)
        {
            clean.Person.Should().Be("Ada Lovelace <ada@example.com>");
        }
    }

    [Fact]
    public async Task Outside_git_there_is_no_commit_and_still_a_person()
    {
        var copy = await WorkingCopy.ReadAsync(_root.FullName, Token);

        copy.Commit.Should().BeNull();
        copy.Person.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_repository_without_a_commit_has_none()
    {
        await GitAsync("init", "--quiet");

        (await WorkingCopy.ReadAsync(_root.FullName, Token)).Commit.Should().BeNull();
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_root.FullName, name), text, Token);

    private Task<string> GitAsync(params string[] arguments) => CommandLine.RunAsync("git", arguments, _root.FullName, Token);
}
