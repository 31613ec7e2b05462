using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals;

/// <summary>What git knows of a model: who wrote what shapes its packages. Names and addresses are those of the mailmap, if there is one.</summary>
/// <param name="model">The model's name.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
public sealed class ModelHistory(string model, string repositoryRoot)
{
    private const string Field = "\u001f";

    /// <summary>Paths that shape a package; the model's records do not.</summary>
    private string[] Shaping => [ModelPath, "src", "build", "deploy", "Directory.Packages.props", "Directory.Build.props", "global.json", StagesExcluded];

    private string ModelPath => $"models/{model}";

    private string StagesExcluded => $":(exclude){ModelPath}/stages";

    /// <summary>Everybody who wrote or committed something between two versions.</summary>
    /// <param name="since">The commit of the version that runs; null if none does: then it is who ever wrote something in the model's folder.</param>
    /// <param name="commit">The commit of the version that is to run.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Person and abbreviated commit.</returns>
    /// <exception cref="PipelineException">A commit is not here, or there is no git.</exception>
    public async Task<IReadOnlyList<(string Person, string Commit)>> AuthorsAsync(string? since, string commit, CancellationToken cancellationToken)
    {
        string[] range = since is null ? [commit, "--", ModelPath, StagesExcluded] : [$"{since}..{commit}", "--", .. Shaping];
        return await PeopleAsync(["log", "--use-mailmap", $"--format=%aE{Field}%cE{Field}%h", .. range], cancellationToken);
    }

    /// <summary>Who last changed the policy; none if it is in no commit.</summary>
    /// <param name="reference">The commit that the policy is read from; null for the one that is checked out.</param>
    /// <param name="files">Names of the files beside each other in the model's folder.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="PipelineException">The commit is not here, or there is no git.</exception>
    public Task<IReadOnlyList<(string Person, string Commit)>> LastEditorAsync(string? reference, IEnumerable<string> files, CancellationToken cancellationToken) =>
        PeopleAsync(["log", "-1", "--use-mailmap", $"--format=%aE{Field}%aE{Field}%h", reference ?? "HEAD", "--", .. files.Select(file => $"{ModelPath}/{file}")], cancellationToken);

    /// <summary>One line a commit, the newest first: abbreviated hash, author, subject.</summary>
    /// <exception cref="PipelineException">A commit is not here, or there is no git.</exception>
    public async Task<IReadOnlyList<string>> CommitsAsync(string since, string commit, CancellationToken cancellationToken) =>
        [.. (await GitAsync(["log", "--use-mailmap", "--format=%h %aN: %s", $"{since}..{commit}", "--", .. Shaping], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<IReadOnlyList<(string Person, string Commit)>> PeopleAsync(string[] arguments, CancellationToken cancellationToken) =>
    [
        .. (await GitAsync(arguments, cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(Field[0]))
            .SelectMany(fields => new[] { (fields[0], fields[2]), (fields[1], fields[2]) })
            .DistinctBy(pair => pair.Item1, StringComparer.OrdinalIgnoreCase),
    ];

    private Task<string> GitAsync(string[] arguments, CancellationToken cancellationToken) => CommandLine.RunAsync("git", arguments, repositoryRoot, cancellationToken);
}
