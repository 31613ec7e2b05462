using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>Somebody who writes records with tools of their own: they say what they like, fit the chain, and are signed by whichever key there is.</summary>
internal sealed class Forger(ReleaseRepository repository)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static string PathOf(int number) => FormattableString.Invariant($"models/bids/stages/production/{number:0000}.json");

    /// <summary>An approval of what dev runs, as Approve would write it but for the changes.</summary>
    public async Task<DecisionRecord> DecideAsync(string key, string person, Func<DecisionPredicate, DecisionPredicate>? change = null)
    {
        var from = repository.Ledger.Current("dev")!;
        var (sequence, previous) = repository.Ledger.Next("production");
        var now = repository.Clock.Now;
        var policy = await PolicyAsync();
        var predicate = new DecisionPredicate(
            SmallModel.Name, "production", "dev", from.Descriptor, sequence, previous, from.Statement.Predicate.Version, from.Header.ModelDigest, Decision.Approve, person, now, "as I like it", now,
            now + policy.Approvals!.Expires, policy.Digest.Hex, from.Statement.Predicate.Evidence, Digest.OfText("nothing").Hex);
        var envelope = await SshKeys.SignAsync(key, PackageJson.Serialize(Statements.Of([from.Subject[0]], change is null ? predicate : change(predicate))));
        return (DecisionRecord)repository.Ledger.Add("production", sequence, PackageJson.Serialize(envelope));
    }

    /// <summary>A promotion of what dev runs on these approvals, as Promote would write it but for the changes.</summary>
    public async Task<PromotionRecord> PromoteAsync(IReadOnlyList<DecisionRecord> approvals, Func<PromotionPredicate, PromotionPredicate>? change = null)
    {
        var from = repository.Ledger.Current("dev")!;
        var predicate = from.Statement.Predicate with
        {
            Stage = "production",
            FromStage = "dev",
            FromRecord = from.Descriptor,
            PromotedAt = repository.Clock.Now,
            Policy = await PolicyAsync(),
            Approvals = [.. approvals.Select(approval => approval.Descriptor)],
        };
        return repository.Ledger.Append(change is null ? predicate : change(predicate), [from.Subject[0]]);
    }

    /// <summary>Signs what a record says anew and puts it in its place, with what comes after it as it was.</summary>
    public async Task RewriteAsync(int number, string key, Func<string, string> change)
    {
        var path = repository.RecordPath("production", number);
        var payload = System.Text.Encoding.UTF8.GetString(PackageJson.Deserialize<DsseEnvelope>(await File.ReadAllBytesAsync(path, Token), path).PayloadBytes());
        change(payload).Should().NotBe(payload);
        await File.WriteAllBytesAsync(path, PackageJson.Serialize(await SshKeys.SignAsync(key, System.Text.Encoding.UTF8.GetBytes(change(payload)))), Token);
    }

    private Task<StagePolicy> PolicyAsync() => new PolicySource(ModelDefinitionReader.Read(repository.ModelDirectory), repository.Root, null).ReadAsync("production", Token);
}
