namespace Pipeline.Delivery.Definition;

/// <summary>Who must approve a promotion, and who may not.</summary>
/// <param name="People">How many people: two keys of one person are one.</param>
/// <param name="Signers">Name of the file beside model.yaml that says whose keys count, in OpenSSH's format of allowed signers.</param>
/// <param name="Barred">Who may not approve, whatever key they hold.</param>
/// <param name="Expires">How long an approval holds.</param>
/// <param name="GitHub">Logins whose review of a GitHub deployment counts as an approval, each with the person it is; none counts if empty.</param>
public sealed record ApprovalSettings(int People, string Signers, IReadOnlyList<string> Barred, TimeSpan Expires, IReadOnlyDictionary<string, string> GitHub)
{
    public const int MaxPeople = 20;
    public const string DefaultSigners = "approvers";

    /// <summary>Two weeks: what was seen then may not be so any more.</summary>
    public static TimeSpan DefaultExpires { get; } = TimeSpan.FromDays(14);

    public static ApprovalSettings Of(int people) => new(people, DefaultSigners, BarredRoles.All, DefaultExpires, new Dictionary<string, string>());
}
