using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Tracking;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Approvals;

public sealed class ReleaseTests(TrainedStore trained)
{
    [Fact]
    public async Task An_approved_package_is_promoted_by_digest_and_the_record_carries_policy_approval_and_evidence()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var made = await repository.MakeAsync();

        await repository.DecideAsync("alice", reason: "better by 2 points of AUC");
        var record = await repository.ReleaseAsync();

        var predicate = record.Statement.Predicate;
        record.PackageDigest.Should().Be(made.PackageDigest);
        predicate.FromRecord.Should().BeEquivalentTo(made.Descriptor);
        predicate.Evidence.Should().BeEquivalentTo(made.Statement.Predicate.Evidence);
        predicate.Approvals.Should().ContainSingle().Which.Name.Should().Be("stages/production/0001.json");
        predicate.Policy!.Approvals!.People.Should().Be(1);
        predicate.Policy.Signers.Should().Contain(ReleaseRepository.Bob);
        predicate.Barred.Should().Contain(person => person.Person == ReleaseRepository.Dora && person.Role == "author").And.Contain(person => person.Person == ReleaseRepository.Olga && person.Role == "policyEditor");
        repository.Log.Should().ContainMatch($"Promote: production runs bids:{predicate.Version} now, approved by {ReleaseRepository.Alice}: models/bids/stages/production/0002.json");
        await repository.CommitAsync(ReleaseRepository.Alice, "release");
        await repository.VerifyAsync();
    }

    [Fact]
    public async Task The_person_is_shown_what_they_sign()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 1, freezes: [{ name: month-end freeze, start: 2026-01-30T18:00, lasts: 62h, rule: FREQ=MONTHLY;BYMONTHDAY=-2, timeZone: Europe/Berlin }]");
        var made = await repository.MakeAsync();

        await repository.DecideAsync("alice");

        repository.Log.Should().ContainMatch($"*package *bids:{made.Statement.Predicate.Version} ({made.PackageDigest})")
            .And.ContainMatch("*runs now *nothing").And.ContainMatch("*smoke test *1 checks passed*").And.ContainMatch("*drift *no check lies here*")
            .And.ContainMatch("*policy *1 person of approvers*").And.ContainMatch("*freezes *open; closes on Friday 2026-10-30 18:00 (Europe/Berlin): month-end freeze");
        repository.Printed.Should().Contain("rocAuc ≥ 0.6");
        repository.Log.Should().ContainMatch("Approve: models/bids/stages/production/0001.json by alice@example.com, holds until 2026-10-19 12:00 UTC*");
    }

    [Fact]
    public async Task Without_approvals_it_waits_and_says_for_whom()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 2");
        var made = await repository.MakeAsync();

        await RefusedAsync(() => repository.ReleaseAsync(), $"bids:{made.Statement.Predicate.Version} did not reach production, which waits for 2 signed approvals of *: ./build.sh Approve --stage production.");
        await repository.DecideAsync("alice");
        await RefusedAsync(() => repository.ReleaseAsync(), "*waits for 1 more signed approval of * (there is that of alice@example.com)*");
        await repository.DecideAsync("alice");
        await RefusedAsync(() => repository.ReleaseAsync(), "*1 more signed approval*");
        await repository.DecideAsync("bob");
        (await repository.ReleaseAsync()).Statement.Predicate.Approvals.Select(approval => approval.Name).Should().Equal("stages/production/0002.json", "stages/production/0003.json");
    }

    [Fact]
    public async Task Two_keys_of_one_person_are_one_person()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 2");
        await repository.SetSignersAsync(await SshKeys.LineAsync("alice@example.com", "alice") + await SshKeys.LineAsync("alice@example.com", "second"), ReleaseRepository.Olga);
        await repository.MakeAsync();

        await repository.DecideAsync("alice");
        await repository.DecideAsync("second");

        await RefusedAsync(() => repository.ReleaseAsync(), "*1 more signed approval*");
    }

    [Theory]
    [InlineData("dora", "dora@example.com is barred as author (commit *) and as requester (stages/dev/0001.json is by Dora <dora@example.com>)*")]
    [InlineData("olga", "olga@example.com is barred as *policyEditor (commit *")]
    public async Task Who_has_a_part_in_it_may_not_approve_it(string key, string why)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync(key), why + "Somebody else has to approve; nothing was recorded.");
        repository.Ledger.Records("production").Should().BeEmpty();
    }

    [Fact]
    public async Task A_policy_may_bar_fewer()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [policyEditor] }");
        await repository.MakeAsync();

        await repository.DecideAsync("dora");

        (await repository.ReleaseAsync()).Statement.Predicate.Barred.Should().OnlyContain(person => person.Role == "policyEditor");
    }

    [Fact]
    public async Task A_key_that_is_nobodys_signs_nothing()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync("mallory"), "Approve with *mallory: the key SHA256:* is nobody's who may sign. models/bids/approvers says whose keys count; nothing was recorded.");
        await repository.SetSignersAsync("# nobody yet\n", ReleaseRepository.Olga);
        await RefusedAsync(() => repository.DecideAsync("alice"), "Nobody may approve bids for production yet*");
    }

    [Fact]
    public async Task A_rejection_stands_until_the_person_thinks_again()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.DecideAsync("bob", Decision.Reject, "the labels of May are late");

        await RefusedAsync(() => repository.ReleaseAsync(), "*bob@example.com rejects it: the labels of May are late*");
        await repository.DecideAsync("bob", reason: "they are complete now");
        (await repository.ReleaseAsync()).Statement.Predicate.Approvals.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_approval_expires()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { expires: 3d }");
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        repository.Clock.Now += TimeSpan.FromDays(3);

        await RefusedAsync(() => repository.ReleaseAsync(), "*does not count: the approval of alice@example.com (record 0001): it expired at 2026-10-08 12:00 UTC*");
    }

    [Fact]
    public async Task A_key_that_has_expired_since_the_approval_counts_no_more()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.SetSignersAsync(await SshKeys.LineAsync(ReleaseRepository.Alice, "alice", "valid-before=\"20261006Z\""), ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        repository.Clock.Now += TimeSpan.FromDays(1);

        await RefusedAsync(() => repository.ReleaseAsync(), "*the key SHA256:* of alice@example.com was not valid at 2026-10-06 12:00 UTC*");
    }

    [Theory]
    [InlineData("approvals: { expires: 20d }")]
    [InlineData("approvals: { barred: [author] }")]
    [InlineData("approvals: 1, freezes: [{ name: x, start: 2020-01-01T00:00, lasts: 1d }]")]
    public async Task An_approval_lapses_when_the_policy_changes(string changed)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");

        await repository.SetProductionAsync(changed, ReleaseRepository.Olga);

        await RefusedAsync(() => repository.ReleaseAsync(), "*the policy or the keys that may sign have changed since*");
    }

    [Fact]
    public async Task An_approval_lapses_when_the_stage_before_runs_something_else()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga, stump: true);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();

        await RefusedAsync(() => repository.ReleaseAsync(), "*waits for 1 signed approval of *");
    }

    [Fact]
    public async Task An_approval_lapses_when_the_drift_verdict_changes()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        repository.WriteDrift("sha256:what-runs", DriftVerdict.Ok);
        await repository.DecideAsync("alice");
        repository.WriteDrift("sha256:what-runs", DriftVerdict.Drift);

        await RefusedAsync(() => repository.ReleaseAsync(), "*the drift verdict was Ok when it was given and is Drift now*");
        repository.WriteDrift("sha256:what-runs", DriftVerdict.Ok);
        await repository.ReleaseAsync();
    }

    [Fact]
    public async Task A_freeze_is_told_before_it_is_tried_and_lets_a_rollback_through()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1, freezes: [{ name: month-end freeze, start: 2026-01-30T18:00, lasts: 62h, rule: FREQ=MONTHLY;BYMONTHDAY=-2, timeZone: Europe/Berlin }]", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        var second = await repository.ReleaseAsync();
        repository.Clock.Now = new DateTimeOffset(2026, 10, 31, 9, 0, 0, TimeSpan.Zero);
        await repository.SetProductionAsync("approvals: { expires: 30d }, freezes: [{ name: month-end freeze, start: 2026-01-30T18:00, lasts: 62h, rule: FREQ=MONTHLY;BYMONTHDAY=-2, timeZone: Europe/Berlin }]", ReleaseRepository.Olga, stump: true);

        var rolledBack = await repository.RollBackAsync("bob");

        rolledBack.PackageDigest.Should().NotBe(second.PackageDigest);
        rolledBack.Statement.Predicate.Should().BeEquivalentTo(new { IsRollback = true, Reason = "it answers nonsense", PromotedBy = ReleaseRepository.Bob });
        await RefusedAsync(() => repository.ReleaseAsync(), "*waits for the end of a freeze: production is closed until Monday 2026-11-02 08:00 (Europe/Berlin): month-end freeze (a rollback goes through: ./build.sh Rollback --stage production)*");
        await repository.CommitAsync(ReleaseRepository.Bob, "rollback");
        await repository.VerifyAsync();
    }

    [Fact]
    public async Task The_tracking_stores_alias_of_a_stage_follows_releases_and_rollbacks_and_says_who_approved()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        repository.Tracking = new TrackingSettings(null, null);
        var first = await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");

        var second = await repository.ReleaseAsync();

        var version = await repository.RegisteredAsync("production");
        version!.Package.Should().Be(second.PackageDigest.ToString()).And.NotBe(first.PackageDigest.ToString());
        version.Tags.Should().Contain("pipeline.approvers.production", ReleaseRepository.Alice).And.Contain("pipeline.record.production", "0004");

        await repository.RollBackAsync("bob");

        (await repository.RegisteredAsync("production"))!.Package.Should().Be(first.PackageDigest.ToString());
        (await repository.RegisteredAsync("dev"))!.Package.Should().Be(second.PackageDigest.ToString(), "that was not rolled back");
    }

    [Fact]
    public async Task After_a_rollback_the_old_approval_does_not_bring_the_version_back()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();
        await repository.RollBackAsync("bob");

        await RefusedAsync(() => repository.ReleaseAsync(), "*1 signed approval*");
    }

    [Fact]
    public async Task Only_what_the_stage_has_run_is_rolled_back_to_and_with_a_reason_and_a_known_key()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var first = await repository.ReleaseFirstAsync(stump: true);
        await UsageAsync(() => repository.RollBackAsync("bob"), $"production has run nothing but bids:{first.Statement.Predicate.Version}*");
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();

        await UsageAsync(() => repository.RollBackAsync("bob", "0123456789ab"), $"--to 0123456789ab: production has not run such a version before. It ran: {first.Statement.Predicate.Version}*");
        await UsageAsync(() => repository.RollBackAsync("bob", reason: " "), "Rollback needs a reason*");
        await RefusedAsync(() => repository.RollBackAsync("mallory"), "Rollback with *is nobody's who may sign*");
        (await repository.RollBackAsync("bob", first.Statement.Predicate.Version)).PackageDigest.Should().Be(first.PackageDigest);
    }

    [Fact]
    public async Task A_key_for_rollbacks_alone_sets_back_and_approves_nothing()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var bot = (await SshKeys.LineAsync("bot@example.com", "bot")).Replace(AllowedSigners.Namespace, AllowedSigners.RollbackNamespace, StringComparison.Ordinal);
        await repository.SetSignersAsync(bot + await SshKeys.LineAsync(ReleaseRepository.Alice, "alice"), ReleaseRepository.Olga);
        var first = await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync("bot"), "Approve with *the key SHA256:* may not sign for ml-delivery-pipeline-approval*");
        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();
        (await repository.RollBackAsync("bot")).PackageDigest.Should().Be(first.PackageDigest);
        await repository.CommitAsync(ReleaseRepository.Alice, "released and set back");
        await repository.VerifyAsync();
    }

    [Fact]
    public async Task Gates_against_something_else_than_production_runs_do_not_suffice()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var first = await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        var second = await repository.ReleaseAsync();
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga, description: "Won?");
        var third = await repository.MakeAsync();
        third.Statement.Predicate.ComparedWith["production"].Should().Be(second.PackageDigest);
        await repository.RollBackAsync("bob");

        await RefusedAsync(() => repository.DecideAsync("alice"), $"*cannot be approved for production yet: it waits for gates against {first.PackageDigest.Abbreviated}, which production runs: stages/dev/0003.json rests on gates against {second.PackageDigest.Abbreviated}; run ./build.sh Promote --stage dev again.");
        var again = await repository.MakeAsync();
        again.PackageDigest.Should().Be(third.PackageDigest);
        again.Statement.Predicate.ComparedWith["production"].Should().Be(first.PackageDigest);
        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();
    }

    [Fact]
    public async Task The_policy_is_read_from_the_commit_that_a_proposal_cannot_change()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.GitAsync("branch", "protected");
        await repository.SetProductionAsync("approvals: 0", ReleaseRepository.Dora);
        await repository.SetProductionAsync("approvals: { barred: [policyEditor] }", ReleaseRepository.Dora);

        await repository.DecideAsync("bob");
        (await repository.ReleaseAsync(policyReference: "HEAD")).Should().NotBeNull();
        File.Delete(repository.RecordPath("production", 2));

        await RefusedAsync(() => repository.ReleaseAsync(policyReference: "protected"), "*the policy or the keys that may sign have changed since*");
        await UsageAsync(() => repository.ReleaseAsync(policyReference: "nowhere"), "--policy-ref nowhere: that commit is not here*");
    }

    [Fact]
    public async Task A_review_at_GitHub_counts_if_the_policy_says_whose_it_is()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { people: 2, github: { bob-gh: bob@example.com, alice-gh: alice@example.com } }");
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        var path = Path.Combine(repository.Root, "artifacts", "reviews.json");

        await RefusedAsync(() => ReviewedAsync("alice-gh", "approved", "production"), "*1 more signed approval*");
        await RefusedAsync(() => ReviewedAsync("bob-gh", "approved", "staging"), "*1 more signed approval*");
        await RefusedAsync(() => ReviewedAsync("eve", "approved", "production"), "*the review of eve at GitHub: the policy names no person of that login*");
        await RefusedAsync(() => ReviewedAsync("bob-gh", "rejected", "production"), "*bob@example.com rejects it at GitHub: seen*");
        var record = await ReviewedAsync("bob-gh", "approved", "production");

        record.Statement.Predicate.Reviews.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Login = "bob-gh", State = "approved", Comment = "seen" });
        await repository.CommitAsync(ReleaseRepository.Alice, "release");
        await repository.VerifyAsync();
        repository.Log.Should().ContainMatch("*not checked: stages/production/0002.json: bob@example.com approved by a review at GitHub, which nobody can check offline");

        async Task<PromotionRecord> ReviewedAsync(string login, string state, string environment)
        {
            await File.WriteAllTextAsync(path, $$"""[{ "state": "{{state}}", "comment": "seen", "environments": [{ "id": 1, "name": "{{environment}}" }], "user": { "login": "{{login}}", "id": 7 } }]""", TestContext.Current.CancellationToken);
            return await repository.ReleaseAsync(reviews: path);
        }
    }

    [Fact]
    public async Task A_run_without_a_goal_goes_on_to_production_once_it_is_approved()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync(stage: null);
        repository.Log.Should().ContainMatch("production waits for 1 signed approval of *: ./build.sh Approve --stage production");
        await repository.DecideAsync("alice");

        await repository.MakeAsync(stage: null);

        repository.Ledger.Current("production").Should().NotBeNull();
        await repository.MakeAsync(stage: null);
        repository.Ledger.Records("production").Should().HaveCount(2, "it runs it already");
    }

    [Fact]
    public async Task Nobody_is_asked_where_nobody_is_there()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        var key = await SshKeys.PathAsync("alice");
        Task WithAsync(DecisionOptions options) => repository.Delivery("production", options).DecideAsync(Decision.Approve, TestContext.Current.CancellationToken);

        await UsageAsync(() => WithAsync(new DecisionOptions(null, Yes: true, key)), "Approve needs a reason*nothing was recorded.");
        await UsageAsync(() => WithAsync(new DecisionOptions("good", Yes: false, key)), "Approve is to be confirmed, and there is no terminal to ask at. Give --yes; nothing was recorded.");
        await UsageAsync(() => WithAsync(new DecisionOptions("good", Yes: true, key + "-not-there")), "--ssh-key *-not-there: there is no such file*");
        await UsageAsync(() => repository.Delivery("dev", new DecisionOptions("good", Yes: true, key)).DecideAsync(Decision.Approve, TestContext.Current.CancellationToken), "--stage dev: dev of bids takes no approvals. Those that do: production.");
        await UsageAsync(() => repository.Delivery(null).DecideAsync(Decision.Approve, TestContext.Current.CancellationToken), "Approve needs a stage: ./build.sh Approve --stage production");
    }

    [Fact]
    public async Task Evidence_that_cannot_be_had_is_not_approved()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        Directory.Delete(Path.Combine(repository.Root, "artifacts", "evidence"), recursive: true);

        var act = () => repository.DecideAsync("alice");

        (await act.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Match("gate.json of stages/dev/0001.json (*) is neither under artifacts/evidence nor attached to an image*");
    }

    private static async Task RefusedAsync(Func<Task> act, string message) =>
        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Refused);

    private static async Task UsageAsync(Func<Task> act, string message) =>
        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Usage);
}
