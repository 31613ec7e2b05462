using System.Text.Json.Nodes;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Tests.Approvals;

public sealed class VerifyTests(TrainedStore trained)
{
    private const string Approval = "models/bids/stages/production/0001.json";
    private const string Promotion = "models/bids/stages/production/0002.json";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_as_they_were_made_verify()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();

        await repository.VerifyAsync();

        repository.Log.Should().ContainMatch("Verify: 3 records of bids, 1 of them signed*").And.Contain("Verify: everything that could be checked is as the records say.");
    }

    [Fact]
    public async Task A_word_changed_in_an_approval_is_found_by_chain_signature_and_git()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        await RewriteAsync(repository, 1, payload => payload.Replace("it is better", "it is worse!", StringComparison.Ordinal));

        var faults = await FaultsAsync(repository);

        faults.Should().ContainMatch($"{Promotion}: it follows the record *one of them was changed")
            .And.ContainMatch($"{Approval}: its signature by SHA256:* is not over what it says*")
            .And.ContainMatch($"{Approval}: it is not as it is in the last commit*");
    }

    [Fact]
    public async Task A_swapped_signature_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 2");
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.DecideAsync("bob");
        await repository.ReleaseAsync();
        var (first, second) = (Envelope(repository, 1), Envelope(repository, 2));

        await WriteChainAsync(repository, 1, PackageJson.Serialize(first with { Signatures = second.Signatures }));

        (await FaultsAsync(repository)).Should().ContainMatch($"{Approval}: its signature by * is not over what it says: one of them was changed or swapped");
    }

    [Fact]
    public async Task An_approval_by_somebody_elses_key_is_found_though_the_chain_is_made_anew()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var forged = await SshKeys.SignAsync("mallory", Envelope(repository, 1).PayloadBytes());

        await WriteChainAsync(repository, 1, PackageJson.Serialize(forged));

        var faults = await FaultsAsync(repository);
        faults.Should().ContainMatch($"{Approval}: the key SHA256:* is nobody's who may sign").And.ContainMatch($"{Promotion}: it was made without 1 signed approval*");
    }

    [Fact]
    public async Task An_approval_in_anothers_name_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var inAlicesName = await SshKeys.SignAsync("bob", Envelope(repository, 1).PayloadBytes());

        await WriteChainAsync(repository, 1, PackageJson.Serialize(inAlicesName));

        (await FaultsAsync(repository)).Should().ContainMatch($"{Approval}: it says alice@example.com and is signed by bob@example.com");
    }

    [Fact]
    public async Task A_record_that_was_taken_away_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        File.Delete(repository.RecordPath("production", 1));

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: expected record 0001.json here: one is missing*").And.ContainMatch($"{Approval}: it is in the last commit and not here (git checkout -- {Approval})");
    }

    [Fact]
    public async Task The_newest_record_taken_away_and_committed_is_found_in_the_history()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        File.Delete(repository.RecordPath("production", 2));
        await repository.CommitAsync(ReleaseRepository.Dora, "tidy");

        (await FaultsAsync(repository)).Should().ContainSingle().Which.Should().Match($"{Promotion}: commit * took it away; records are only ever added");
    }

    [Fact]
    public async Task A_record_changed_in_a_commit_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var path = repository.RecordPath("production", 2);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Token)).Replace("Dora", "Nora", StringComparison.Ordinal), Token);
        await repository.CommitAsync(ReleaseRepository.Dora, "a better name");

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: commit * changed it; records are only ever added");
    }

    [Fact]
    public async Task An_old_approval_laid_down_again_says_nothing()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga, description: "Won?");
        await repository.MakeAsync();
        File.Copy(repository.RecordPath("production", 1), repository.RecordPath("production", 3));

        (await FaultsAsync(repository)).Should().ContainMatch("models/bids/stages/production/0003.json: expected record 0003.json here*(it says number 1)");
        var act = () => repository.ReleaseAsync();
        await act.Should().ThrowAsync<PipelineException>().WithMessage("The records of stage 'production' do not verify*");
    }

    [Fact]
    public async Task A_record_of_another_model_or_stage_says_nothing_here()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();

        await RewriteAsync(repository, 2, payload => payload.Replace("\"stage\": \"production\",\n    \"fromStage\"", "\"stage\": \"staging\",\n    \"fromStage\"", StringComparison.Ordinal));
        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: it is a record of stage 'staging'");
        await RewriteAsync(repository, 2, payload => payload.Replace("\"model\": \"bids\",\n    \"stage\": \"staging\"", "\"model\": \"asks\",\n    \"stage\": \"production\"", StringComparison.Ordinal));
        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: it is a record of the model 'asks'");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" 2026-10-06", false)]
    public async Task A_key_that_is_revoked_later_makes_what_it_signed_suspect(string since, bool isSuspect)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var key = new SshSigner(await SshKeys.PathAsync("alice")).PublicKey();
        await File.WriteAllTextAsync(Path.Combine(repository.ModelDirectory, "approvers.revoked"), $"{key.Fingerprint}{since}\n", Token);
        await repository.CommitAsync(ReleaseRepository.Olga, "Alice's laptop is gone");

        if (isSuspect)
        {
            (await FaultsAsync(repository)).Should().ContainMatch($"{Approval}: the key {key.Fingerprint} is revoked");
        }
        else
        {
            await repository.VerifyAsync();
        }
    }

    [Fact]
    public async Task An_approval_by_a_key_that_had_expired_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.SetSignersAsync(await SshKeys.LineAsync(ReleaseRepository.Alice, "alice", "valid-before=\"20261006Z\""), ReleaseRepository.Olga);
        await repository.ReleaseFirstAsync();
        await RewriteAsync(repository, 2, payload => payload.Replace("\"promotedAt\": \"2026-10-05", "\"promotedAt\": \"2026-10-07", StringComparison.Ordinal));

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: it was made without 1 signed approval*was not valid at 2026-10-07 12:00 UTC*");
    }

    [Fact]
    public async Task A_promotion_that_carries_a_laxer_policy_than_was_in_force_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.SetProductionAsync("approvals: { barred: [policyEditor] }", commitAs: null);
        var forger = new Forger(repository);
        await forger.PromoteAsync([await forger.DecideAsync("dora", ReleaseRepository.Dora)]);
        await repository.GitAsync("checkout", "--", "models/bids/model.yaml");
        await repository.CommitAsync(ReleaseRepository.Dora, "release");

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: the promotion rests on the policy *, and in force was * before commit *").And.ContainMatch($"{Approval}: the decision rests on the policy *");
    }

    [Fact]
    public async Task A_policy_that_comes_with_the_record_that_needs_it_does_not_count()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.SetProductionAsync("approvals: { barred: [policyEditor] }", commitAs: null);
        var forger = new Forger(repository);
        await forger.PromoteAsync([await forger.DecideAsync("dora", ReleaseRepository.Dora)]);
        await repository.CommitAsync(ReleaseRepository.Dora, "release, and what it needs");

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: the promotion rests on the policy *, and in force was * before commit *");
    }

    [Fact]
    public async Task A_promotion_with_no_policy_where_one_was_in_force_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var made = await repository.MakeAsync();
        repository.Ledger.Append(made.Statement.Predicate with { Stage = "production", FromStage = "dev", FromRecord = made.Descriptor }, made.Subject);

        (await FaultsAsync(repository)).Should().ContainMatch($"{Approval}: the promotion rests on no policy, and in force was * in the last commit");
    }

    [Fact]
    public async Task A_rollback_that_nobody_signed_or_that_goes_where_the_stage_has_not_been_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var first = await repository.ReleaseFirstAsync();
        var predicate = first.Statement.Predicate with { IsRollback = true, Reason = "because", FromStage = null, PromotedBy = ReleaseRepository.Bob };
        repository.Ledger.Append(predicate, first.Subject);
        repository.Ledger.Append(predicate, [ResourceDescriptor.Of("bids", Digest.OfText("another"))]);

        var faults = await FaultsAsync(repository);

        faults.Should().ContainMatch("models/bids/stages/production/0003.json: it is not signed").And.ContainMatch("models/bids/stages/production/0004.json: it is a rollback to something that the stage had not run");
    }

    [Fact]
    public async Task A_promotion_in_a_freeze_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 1, freezes: [{ name: audit, start: 2026-11-01T00:00, lasts: 2d }]");
        await repository.ReleaseFirstAsync();
        await RewriteAsync(repository, 2, payload => payload.Replace("\"promotedAt\": \"2026-10-05", "\"promotedAt\": \"2026-11-02", StringComparison.Ordinal));

        (await FaultsAsync(repository)).Should().ContainMatch($"{Promotion}: it was made in a freeze: audit");
    }

    [Fact]
    public async Task What_ran_on_a_day_is_told_with_who_and_why()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var first = await repository.ReleaseFirstAsync(stump: true);
        repository.Clock.Now += TimeSpan.FromDays(3);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("bob", reason: "beats the stump");
        var second = await repository.ReleaseAsync();
        repository.Clock.Now += TimeSpan.FromDays(2);
        await repository.RollBackAsync("alice");

        repository.Delivery("production").History("2026-10-04");
        repository.Delivery("production").History("2026-10-07");
        repository.Delivery("production").History("2026-10-10");

        repository.Log.Should().ContainMatch("History: on 2026-10-04 production ran nothing; its first promotion is of 2026-10-05 12:00 UTC.")
            .And.Contain($"History: on 2026-10-07 production ran bids:{first.Statement.Predicate.Version}")
            .And.ContainMatch("  why * alice@example.com: it is better")
            .And.Contain($"History: on 2026-10-10 production ran bids:{second.Statement.Predicate.Version} until 2026-10-10 12:00 UTC")
            .And.Contain($"History: on 2026-10-10 production ran bids:{first.Statement.Predicate.Version}")
            .And.ContainMatch("  rolled back by *alice@example.com");
        repository.Delivery("production").History(null);
        repository.Printed.Should().Contain("beats the stump").And.Contain("rolled back");
        var act = () => repository.Delivery("production").History("yesterday");
        act.Should().Throw<PipelineException>().Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    private static DsseEnvelope Envelope(ReleaseRepository repository, int number) => PackageJson.Deserialize<DsseEnvelope>(File.ReadAllBytes(repository.RecordPath("production", number)), "record");

    /// <summary>Changes what a record says; its signature, if it has one, stays.</summary>
    private static async Task RewriteAsync(ReleaseRepository repository, int number, Func<string, string> change)
    {
        var path = repository.RecordPath("production", number);
        var text = await File.ReadAllTextAsync(path, Token);
        if (JsonNode.Parse(text)!["payload"] is null)
        {
            change(text).Should().NotBe(text);
            await File.WriteAllTextAsync(path, change(text), Token);
            return;
        }

        var envelope = Envelope(repository, number);
        var payload = System.Text.Encoding.UTF8.GetString(envelope.PayloadBytes());
        change(payload).Should().NotBe(payload);
        await File.WriteAllBytesAsync(path, PackageJson.Serialize(envelope with { Payload = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(change(payload))) }), Token);
    }

    /// <summary>Puts a record in the place of another and mends the chain after it, as far as nothing there is signed.</summary>
    private static async Task WriteChainAsync(ReleaseRepository repository, int number, byte[] bytes)
    {
        var before = Digest.OfFile(repository.RecordPath("production", number)).Hex;
        await File.WriteAllBytesAsync(repository.RecordPath("production", number), bytes, Token);
        var next = repository.RecordPath("production", number + 1);
        if (File.Exists(next))
        {
            await File.WriteAllTextAsync(next, (await File.ReadAllTextAsync(next, Token)).Replace(before, Digest.Of(bytes).Hex, StringComparison.Ordinal), Token);
        }
    }

    private static Task<IReadOnlyList<string>> FaultsAsync(ReleaseRepository repository) => repository.FaultsAsync();
}
