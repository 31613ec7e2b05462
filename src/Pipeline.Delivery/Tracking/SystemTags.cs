using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Provenance;
using Pipeline.Engine;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>What a run is tagged with from the start: who ran what, from which commit, on which machine.</summary>
internal static class SystemTags
{
    private const string DirtyMark = "-dirty";

    /// <returns>The tags, and who is at work.</returns>
    public static async Task<(Dictionary<string, string> Tags, string Person)> ReadAsync(string rootDirectory, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var copy = await WorkingCopy.ReadAsync(rootDirectory, cancellationToken);
        var tags = new Dictionary<string, string>
        {
            [TrackingTags.User] = copy.Person,
            [TrackingTags.SourceName] = "./build.sh",
            [TrackingTags.SourceType] = "LOCAL",
        };
        if (copy.Commit is { } commit)
        {
            tags[TrackingTags.GitCommit] = commit.Replace(DirtyMark, string.Empty, StringComparison.Ordinal);
            tags["mlflow.source.git.dirty"] = commit.EndsWith(DirtyMark, StringComparison.Ordinal) ? "true" : "false";
            await AddAsync(tags, TrackingTags.GitBranch, rootDirectory, ["rev-parse", "--abbrev-ref", "HEAD"], cancellationToken);
            await AddAsync(tags, TrackingTags.GitRepository, rootDirectory, ["config", "remote.origin.url"], cancellationToken);
        }

        if (BuilderIdentity.Find(environment).InvocationId is { } build)
        {
            tags[TrackingTags.SourceName] = build;
            tags[TrackingTags.SourceType] = "JOB";
            tags[TrackingNames.Build] = build;
            if (environment("GITHUB_HEAD_REF") is { Length: > 0 } head)
            {
                tags[TrackingTags.GitBranch] = head;
            }
            else if (environment("GITHUB_REF_NAME") is { Length: > 0 } name)
            {
                tags[TrackingTags.GitBranch] = name;
            }
        }

        return (tags, copy.Person);
    }

    private static async Task AddAsync(Dictionary<string, string> tags, string name, string rootDirectory, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var value = WithoutPassword((await CommandLine.RunAsync("git", arguments, rootDirectory, cancellationToken)).Trim());
            if (value.Length > 0)
            {
                tags[name] = value;
            }
        }
        catch (PipelineException)
        {
            // No remote, or no commit yet: the run says less.
        }
    }

    // A remote's address may hold a token.
    private static string WithoutPassword(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? new UriBuilder(uri) { UserName = string.Empty, Password = string.Empty }.Uri.ToString() : address;
}
