using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion;

/// <summary>What git says of the repository: for records, which must tell where a promotion came from. Works without git, with less to say.</summary>
/// <param name="Commit">The commit that is checked out, with <c>-dirty</c> if tracked files differ from it; null outside git.</param>
/// <param name="Person">Who is at work: the CI job's actor, else git's user, else the operating system's.</param>
public sealed record WorkingCopy(string? Commit, string Person)
{
    public static async Task<WorkingCopy> ReadAsync(string directory, CancellationToken cancellationToken)
    {
        var commit = await TryGitAsync(directory, cancellationToken, "rev-parse", "HEAD");
        if (commit is not null && await TryGitAsync(directory, cancellationToken, "status", "--porcelain", "--untracked-files=no") is { Length: > 0 })
        {
            commit += "-dirty";
        }

        return new WorkingCopy(commit, await PersonAsync(directory, cancellationToken));
    }

    private static async Task<string> PersonAsync(string directory, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("GITHUB_ACTOR") is { Length: > 0 } actor)
        {
            return $"{actor} (GitHub Actions run {Environment.GetEnvironmentVariable("GITHUB_RUN_ID")})";
        }

        var name = await TryGitAsync(directory, cancellationToken, "config", "user.name");
        var email = await TryGitAsync(directory, cancellationToken, "config", "user.email");
        return name is { Length: > 0 } ? $"{name} <{email}>" : Environment.UserName;
    }

    private static async Task<string?> TryGitAsync(string directory, CancellationToken cancellationToken, params string[] arguments)
    {
        try
        {
            return (await CommandLine.RunAsync("git", arguments, directory, cancellationToken)).Trim();
        }
        catch (PipelineException)
        {
            // No git, or not a repository: the record says less.
            return null;
        }
    }
}
