using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals;

/// <summary>What git knows of a model: who wrote what shapes its packages. Addresses are those in the commits and those that the mailmap, if there is one, makes of them: a proposal may bring a mailmap with it.</summary>
/// <param name="model">The model's name.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
public sealed partial class ModelHistory(string model, string repositoryRoot)
{
    private const string Field = "\u001f";

    // Each address as it is and as the mailmap has it; who pressed the button of a squash is not all who wrote it.
    private const string People = $"%ae{Field}%aE{Field}%ce{Field}%cE{Field}%(trailers:key=Co-authored-by,valueonly,separator=%x1f)";

    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);

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
        return await PeopleAsync(["log", "--use-mailmap", $"--format=%h{Field}{People}", .. range], cancellationToken);
    }

    /// <summary>The commits, by full hash, in which a person ever wrote something that shapes packages, on any branch.</summary>
    /// <exception cref="PipelineException">There is no git.</exception>
    public async Task<ILookup<string, string>> CommitsByPersonAsync(CancellationToken cancellationToken) =>
        Parse(await GitAsync(["log", "--all", "--full-history", "--use-mailmap", $"--format=%H{Field}{People}", "HEAD", "--", .. Shaping], cancellationToken)).ToLookup(pair => pair.Person, pair => pair.Commit, StringComparer.OrdinalIgnoreCase);

    /// <summary>Every commit with its parents, as git rev-list prints them.</summary>
    /// <exception cref="PipelineException">There is no git.</exception>
    public Task<string> ParentsAsync(CancellationToken cancellationToken) => GitAsync(["rev-list", "--all", "--parents", "HEAD"], cancellationToken);

    /// <summary>Who last changed the policy; none if it is in no commit.</summary>
    /// <param name="reference">The commit that the policy is read from; null for the one that is checked out.</param>
    /// <param name="until">Commits after this, by their own dates, are passed over; null to take all.</param>
    /// <param name="files">Names of the files beside each other in the model's folder.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="PipelineException">The commit is not here, or there is no git.</exception>
    public async Task<IReadOnlyList<(string Person, string Commit)>> LastEditorAsync(string? reference, DateTimeOffset? until, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        string[] last = [reference ?? "HEAD", "--", .. files.Select(file => $"{ModelPath}/{file}")];
        if (until is { } date && long.TryParse(await GitAsync(["log", "-1", "--format=%ct", .. last], cancellationToken), CultureInfo.InvariantCulture, out var seconds) && DateTimeOffset.FromUnixTimeSeconds(seconds) > date)
        {
            last = [string.Create(CultureInfo.InvariantCulture, $"--until={date.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}Z"), .. last];
        }

        return await PeopleAsync(["log", "-1", "--use-mailmap", $"--format=%h{Field}%ae{Field}%aE", .. last], cancellationToken);
    }

    /// <summary>One line a commit, the newest first: abbreviated hash, author, subject.</summary>
    /// <exception cref="PipelineException">A commit is not here, or there is no git.</exception>
    public async Task<IReadOnlyList<string>> CommitsAsync(string since, string commit, CancellationToken cancellationToken) =>
        [.. (await GitAsync(["log", "--use-mailmap", "--format=%h %aN: %s", $"{since}..{commit}", "--", .. Shaping], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<IReadOnlyList<(string Person, string Commit)>> PeopleAsync(string[] arguments, CancellationToken cancellationToken) =>
        [.. Parse(await GitAsync(arguments, cancellationToken)).DistinctBy(pair => pair.Person, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Lines of a commit and addresses, or names with addresses.</summary>
    private static IEnumerable<(string Person, string Commit)> Parse(string log) =>
        log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(Field[0]))
            .SelectMany(fields => fields.Skip(1).Select(person => (Person: MailForm().Match(person) is { Success: true } mail ? mail.Groups[1].Value : person.Trim(), fields[0])).Distinct())
            .Where(pair => pair.Person.Length > 0);

    /// <summary>What git says, asked once for all who ask the same.</summary>
    private async Task<string> GitAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var key = string.Join('\n', arguments);
        return _said.TryGetValue(key, out var said) ? said : _said[key] = await CommandLine.RunAsync("git", arguments, repositoryRoot, cancellationToken);
    }

    [GeneratedRegex(@"<([^<>\s]+)>\s*\z", RegexOptions.CultureInvariant)]
    internal static partial Regex MailForm();
}
