using System.Text.RegularExpressions;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals;

/// <summary>Finds those who have a part in what is to be promoted, and whom the policy therefore bars from approving it.</summary>
/// <param name="history">What git knows.</param>
/// <param name="policyReference">Where the policy is read from; null for the files here.</param>
/// <param name="policyUntil">Whoever changed the policy after this had no part in it; null for nobody.</param>
public sealed partial class PeopleInvolved(ModelHistory history, string? policyReference, DateTimeOffset? policyUntil = null)
{
    private const string DirtySuffix = "-dirty";

    /// <param name="policy">Whom it bars.</param>
    /// <param name="current">What the stage runs; null if nothing.</param>
    /// <param name="from">What is to be promoted: a record of the stage before.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>Those barred; or why that cannot be told.</returns>
    public async Task<(IReadOnlyList<BarredPerson> Barred, string? Unknown)> FindAsync(StagePolicy policy, PromotionRecord? current, PromotionRecord from, CancellationToken cancellationToken)
    {
        var barred = new List<BarredPerson>();
        var predicate = from.Statement.Predicate;
        foreach (var role in policy.Approvals?.Barred ?? [])
        {
            try
            {
                barred.AddRange(role switch
                {
                    BarredRoles.Author => [.. (await AuthorsAsync(current, from, cancellationToken)).Select(author => new BarredPerson(AddressOf(author.Person, policy), role, $"commit {author.Commit}")), .. Uncommitted(from, policy)],
                    BarredRoles.PolicyEditor => (await history.LastEditorAsync(policyReference, policyUntil, Files(policy), cancellationToken)).Select(editor => new BarredPerson(AddressOf(editor.Person, policy), role, $"commit {editor.Commit}")),
                    BarredRoles.Trainer => predicate.TrainedBy is { } trainer ? [new BarredPerson(AddressOf(trainer, policy), role, trainer)] : [],
                    _ => [new BarredPerson(AddressOf(predicate.PromotedBy, policy), role, $"{from.Descriptor.Name} is by {predicate.PromotedBy}")],
                });
            }
            catch (PipelineException e)
            {
                return (barred, $"the {role} cannot be told, whom the policy bars: {e.Message.Split('\n')[0]} Fetch all of the history (git fetch --unshallow), or run it in the clone.");
            }
        }

        return (barred, null);
    }

    /// <summary>The address that a person of a record goes by; the login at GitHub if the policy knows no address for it.</summary>
    internal static string AddressOf(string person, StagePolicy policy)
    {
        var address = ModelHistory.MailForm().Match(person) is { Success: true } mail ? mail.Groups[1].Value : person.Split(" (GitHub Actions", 2)[0];
        var login = HiddenForm().Match(address) is { Success: true } hidden ? hidden.Groups[1].Value : address;
        return policy.Approvals?.GitHub.FirstOrDefault(pair => string.Equals(pair.Key, login, StringComparison.OrdinalIgnoreCase)).Value ?? address;
    }

    /// <summary>What was made from files that are in no commit is by whoever had them.</summary>
    internal static IEnumerable<BarredPerson> Uncommitted(PromotionRecord from, StagePolicy policy) =>
        from.Statement.Predicate is { Commit: { } commit, PromotedBy: var person } && commit.EndsWith(DirtySuffix, StringComparison.Ordinal)
            ? [new BarredPerson(AddressOf(person, policy), BarredRoles.Author, $"files that are in no commit: {from.Descriptor.Name} is of {commit[..Math.Min(commit.Length, 10)]}{DirtySuffix}")]
            : [];

    private Task<IReadOnlyList<(string Person, string Commit)>> AuthorsAsync(PromotionRecord? current, PromotionRecord from, CancellationToken cancellationToken)
    {
        var commit = Commit(from) ?? throw new PipelineException(ExitCode.ToolError, $"{from.Descriptor.Name} names no commit.");
        return history.AuthorsAsync(current is null ? null : Commit(current), commit, cancellationToken);
    }

    private static IEnumerable<string> Files(StagePolicy policy) =>
        [ModelDefinition.FileName, policy.Approvals!.Signers, policy.Approvals.Signers + Signatures.AllowedSigners.RevokedSuffix];

    internal static string? Commit(PromotionRecord record) =>
        record.Statement.Predicate.Commit is { } commit ? (commit.EndsWith(DirtySuffix, StringComparison.Ordinal) ? commit[..^DirtySuffix.Length] : commit) : null;

    // GitHub's stand-in for an address that somebody keeps to themselves.
    [GeneratedRegex(@"^(?:[0-9]+\+)?([^@+]+)@users\.noreply\.github\.com\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex HiddenForm();
}
