using System.Globalization;
using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion;

/// <summary>What ran in a stage, since when, who put it there and why; and on any day.</summary>
public sealed class StageHistory(PromotionLedger ledger, RunLog log)
{
    public const string Name = "History";

    /// <summary>Prints every record of a stage, the oldest first.</summary>
    /// <exception cref="PipelineException">The records do not verify.</exception>
    public void Print(string stage)
    {
        var records = ledger.Records(stage);
        if (records.Count == 0)
        {
            log.Info($"{Name}: {stage} has run nothing yet.");
            return;
        }

        var byDigest = Decisions(records);
        log.Info($"{Name}: {stage}");
        log.Table(["record", "when (UTC)", "what", "version", "who", "why"], records.Select(record => Row(record, byDigest)));
    }

    /// <summary>Tells what a stage ran on a day, in UTC.</summary>
    /// <returns>False if it ran nothing then.</returns>
    /// <exception cref="PipelineException">The records do not verify.</exception>
    public bool PrintDay(string stage, DateOnly day)
    {
        var records = ledger.Records(stage);
        var byDigest = Decisions(records);
        var (begin, end) = (new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
        var promotions = records.OfType<PromotionRecord>().ToList();
        var ran = promotions.Where((record, i) => record.Statement.Predicate.PromotedAt < end && (i + 1 == promotions.Count || promotions[i + 1].Statement.Predicate.PromotedAt > begin)).ToList();
        if (ran.Count == 0)
        {
            log.Info(string.Create(CultureInfo.InvariantCulture, $"{Name}: on {day:yyyy-MM-dd} {stage} ran nothing{(promotions.Count == 0 ? " and never has" : $"; its first promotion is of {Time(promotions[0].Statement.Predicate.PromotedAt)} UTC")}."));
            return false;
        }

        foreach (var (i, record) in ran.Index())
        {
            var predicate = record.Statement.Predicate;
            var until = i + 1 < ran.Count ? $" until {Time(ran[i + 1].Statement.Predicate.PromotedAt)} UTC" : string.Empty;
            log.Info(string.Create(CultureInfo.InvariantCulture, $"{Name}: on {day:yyyy-MM-dd} {stage} ran {predicate.Model}:{predicate.Version}{until}"));
            log.Fields(
            [
                ("since", $"{Time(predicate.PromotedAt)} UTC ({record.Descriptor.Name})"),
                ("package", record.PackageDigest.ToString()),
                ("image", record.Image is { } image ? $"{image.Name}@{image.Sha256()}" : "none"),
                (predicate.IsRollback ? "rolled back by" : "promoted by", predicate.PromotedBy),
                ("why", Why(record, byDigest)),
                ("commit", predicate.Commit ?? "none"),
                ("evidence", string.Join(", ", predicate.Evidence.Select(item => $"{item.Name} {item.Sha256().Abbreviated}"))),
            ]);
        }

        return true;
    }

    private static Dictionary<string, DecisionRecord> Decisions(IReadOnlyList<StageRecord> records) => records.OfType<DecisionRecord>().ToDictionary(record => record.FileDigest.Hex);

    private static string[] Row(StageRecord record, Dictionary<string, DecisionRecord> byDigest) => record switch
    {
        PromotionRecord { Statement.Predicate: var promotion } promoted =>
            [Number(record), Time(promotion.PromotedAt), promotion.IsRollback ? "rolled back" : "promoted", promotion.Version, promotion.PromotedBy, Why(promoted, byDigest)],
        DecisionRecord { Statement.Predicate: var decision } =>
            [Number(record), Time(decision.DecidedAt), decision.Decision == Approvals.Decision.Approve ? "approved" : "rejected", decision.Version, decision.DecidedBy, decision.Reason],
        _ => [],
    };

    private static string Why(PromotionRecord record, Dictionary<string, DecisionRecord> byDigest)
    {
        var predicate = record.Statement.Predicate;
        List<string> reasons =
        [
            .. predicate.Reason is { } reason ? [reason] : Array.Empty<string>(),
            .. predicate.Approvals.Select(approval => byDigest.TryGetValue(approval.Sha256().Hex, out var decision) ? $"{decision.Statement.Predicate.DecidedBy}: {decision.Statement.Predicate.Reason}" : approval.Name),
            .. predicate.Reviews.Where(review => review.State == Approvals.Reviews.DeploymentReview.Approved).Select(review => $"{review.Login} at GitHub{(review.Comment.Length == 0 ? string.Empty : $": {review.Comment}")}"),
        ];
        return reasons.Count == 0 ? "gates and smoke test passed; no approval was asked for" : string.Join("; ", reasons);
    }

    private static string Number(StageRecord record) => record.Header.Sequence.ToString("0000", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
