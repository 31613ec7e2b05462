using System.Globalization;
using Pipeline.Delivery.Approvals.Freezes;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>What a person is shown before they say yes or no. Its digest goes into what they sign.</summary>
/// <param name="Fields">Names and values.</param>
/// <param name="Gates">The rows of the verdict.</param>
/// <param name="Commits">What was committed since the version that runs.</param>
public sealed record Briefing(IReadOnlyList<(string Name, string Value)> Fields, IReadOnlyList<GateRow> Gates, IReadOnlyList<string> Commits)
{
    private const int ShownCommits = 20;

    /// <summary>SHA-256 of the text as it is shown.</summary>
    public Digest Digest => Digest.OfText(string.Join('\n', [.. Fields.Select(pair => $"{pair.Name}: {pair.Value}"), .. Gates.Select(row => $"{row.Check} | {row.ValueText} | {row.OutcomeText} | {row.Reason}"), .. Commits]));

    /// <param name="candidate">What is to be promoted.</param>
    /// <param name="evidence">What it rests on.</param>
    /// <param name="policy">Then in force.</param>
    /// <param name="policyOrigin">Where that was read from.</param>
    /// <param name="drift">The last check that lies here; null if there is none.</param>
    /// <param name="packages">The packages of candidate and stage, where they can be had.</param>
    /// <param name="commits">What was committed since, the newest first; null where git cannot tell.</param>
    /// <param name="now">For the freezes.</param>
    public static Briefing Of(
        ReleaseCandidate candidate,
        ReleaseEvidence evidence,
        StagePolicy policy,
        string policyOrigin,
        DriftEvidence? drift,
        (PackagedModel? New, PackagedModel? Old) packages,
        IReadOnlyList<string>? commits,
        DateTimeOffset now)
    {
        var (from, current) = (candidate.From.Statement.Predicate, candidate.Current?.Statement.Predicate);
        List<(string, string)> fields =
        [
            ("package", $"{candidate.Name} ({candidate.From.PackageDigest})"),
            ("image", candidate.From.Image is { } image ? $"{image.Name}@{image.Sha256()}" : "none"),
            ("from", $"{candidate.From.Descriptor.Name}, {Time(from.PromotedAt)} by {from.PromotedBy}"),
            ("trained by", from.TrainedBy ?? "not known"),
            ("runs now", current is null ? "nothing" : $"{current.Model}:{current.Version} since {Time(current.PromotedAt)} by {current.PromotedBy}"),
            ("gates", GatesText(evidence.Gates)),
            ("compared with", ComparedWith(candidate, evidence.Gates)),
            ("smoke test", string.Create(CultureInfo.InvariantCulture, $"{evidence.SmokeTest.Target}: {evidence.SmokeTest.Checks.Count} checks passed{(evidence.SmokeTest.NotChecked.Count == 0 ? string.Empty : $"; not checked: {string.Join("; ", evidence.SmokeTest.NotChecked)}")}")),
            ("drift", drift is null ? "no check lies here (./build.sh DriftCheck)" : $"{drift.Verdict}: {drift.Reason}"),
            .. Changes(packages, current is not null),
            ("evidence", string.Join(", ", from.Evidence.Select(item => $"{item.Name} {item.Sha256().Abbreviated}"))),
            ("policy", $"{policy.Digest.Abbreviated} of {policyOrigin}: {Rules(policy)}"),
            ("freezes", Calendar(policy, now)),
        ];
        return new Briefing(fields, evidence.Gates.Rows, Shown(commits));
    }

    public void Print(RunLog log)
    {
        log.Fields(Fields);
        GateTable.Print(log, Gates);
        if (Commits.Count > 0)
        {
            log.Info("  committed since:");
        }

        foreach (var commit in Commits)
        {
            log.Info($"    {commit}");
        }
    }

    private static string GatesText(GateVerdict gates)
    {
        var waived = gates.Rows.Where(row => row.Outcome == GateOutcome.Waived).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{gates.Rows.Count - waived.Count} passed{(waived.Count == 0 ? string.Empty : $", {waived.Count} waived: {string.Join("; ", waived.Select(row => $"{row.Check} ({row.Reason})"))}")}");
    }

    private static string ComparedWith(ReleaseCandidate candidate, GateVerdict gates) =>
        candidate.Current is null ? $"nothing: {candidate.Stage.Name} runs nothing yet"
        : gates.ComparedWith.TryGetValue(candidate.Stage.Name, out var digest) ? $"{digest.Abbreviated}, which {candidate.Stage.Name} runs: {string.Join("; ", gates.Rows.Where(row => row.Difference is not null).Select(row => $"{row.Check} {row.OutcomeText}"))}"
        : candidate.Current.PackageDigest == candidate.From.PackageDigest ? "itself: the package is the same, the image is new"
        : "not with what runs now";

    private static IEnumerable<(string Name, string Value)> Changes((PackagedModel? New, PackagedModel? Old) packages, bool runs)
    {
        if (!runs)
        {
            yield break;
        }

        if (packages is not ({ } added, { } removed))
        {
            yield return ("changes", "the packages are not both here, nor to be had from their images; the commits below are what is known");
            yield break;
        }

        var (after, before) = (added.Manifest, removed.Manifest);
        yield return ("changed", string.Join(", ", new[]
        {
            (after.DataDigest != before.DataDigest, "data"),
            (after.DefinitionDigest != before.DefinitionDigest, "settings"),
            (after.CodeDigest != before.CodeDigest, "code"),
            (after.Trainer != before.Trainer, $"trainer ({before.Trainer} → {after.Trainer})"),
            (!after.Runtimes.OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual(before.Runtimes.OrderBy(pair => pair.Key, StringComparer.Ordinal)), "libraries"),
        }.Where(change => change.Item1).Select(change => change.Item2).DefaultIfEmpty("nothing of data, settings and code")));
        yield return ("metrics", string.Join(", ", after.Metrics.Where(metric => before.Metrics.ContainsKey(metric.Key)).Select(metric => $"{metric.Key} {MetricText.Of(before.Metrics[metric.Key])} → {MetricText.Of(metric.Value)}")));
    }

    private static string Rules(StagePolicy policy)
    {
        var rules = policy.Approvals!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rules.People} {(rules.People == 1 ? "person" : "people")} of {rules.Signers}, none of {(rules.Barred.Count == 0 ? "them barred" : string.Join(", ", rules.Barred))}; an approval holds for {rules.Expires.TotalDays:0.##} days");
    }

    private static string Calendar(StagePolicy policy, DateTimeOffset now)
    {
        var calendar = new FreezeCalendar(policy.Freezes);
        return calendar.At(now) is { } closed ? closed.ToString()
            : calendar.NextAfter(now) is { } next ? $"open; closes on {next.Local(next.From)} ({next.TimeZone}): {next.Name}"
            : "none";
    }

    private static IReadOnlyList<string> Shown(IReadOnlyList<string>? commits) => commits switch
    {
        null => [],
        { Count: > ShownCommits } => [.. commits.Take(ShownCommits), string.Create(CultureInfo.InvariantCulture, $"and {commits.Count - ShownCommits} commits before these")],
        _ => commits,
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
