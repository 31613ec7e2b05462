using System.Text;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Promotion.Verification;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>What Verify would refuse, Promote and Approve refuse before; and accidents of those who run them.</summary>
public sealed class PromoteOnBadRecordsTests(TrainedStore trained)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rejection_that_was_made_over_into_something_else_holds_the_promotion_up()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.DecideAsync("bob", Decision.Reject, "no");
        await new Forger(repository).RewriteAsync(2, "mallory", payload => payload.Replace("\"Reject\"", "\"Approve\"", StringComparison.Ordinal));

        await RefusedAsync(() => repository.ReleaseAsync(), $"The records that production of bids rests on do not verify*{Forger.PathOf(2)}: the key * is nobody's who may sign*");
        await RefusedAsync(() => repository.DecideAsync("alice"), "*do not verify*");
        repository.Ledger.Records("production").Should().HaveCount(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejection_that_was_taken_away_holds_the_promotion_up(bool isCommitted)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.DecideAsync("bob", Decision.Reject, "no");
        await repository.CommitAsync(ReleaseRepository.Bob, "no");
        File.Delete(repository.RecordPath("production", 2));
        await repository.CommitAsync(isCommitted ? ReleaseRepository.Dora : null, "tidy");

        await RefusedAsync(() => repository.ReleaseAsync(), $"*{Forger.PathOf(2)}: {(isCommitted ? "commit * took it away" : "it is in the last commit and not here")}*");
    }

    [Fact]
    public async Task A_forged_promotion_is_not_carried_out()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await new Forger(repository).PromoteAsync([]);

        await RefusedAsync(() => repository.ReleaseAsync(), "*it was made without 1 signed approval*");
    }

    [Fact]
    public async Task A_policy_that_is_in_no_commit_counts_nowhere()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.SetProductionAsync("approvals: { barred: [trainer] }", commitAs: null);

        await RefusedAsync(() => repository.DecideAsync("dora"), "What production of bids asks for differs here from the last commit*--policy-ref HEAD; nothing was recorded.");
        await RefusedAsync(() => repository.ReleaseAsync(), "What production of bids asks for differs*");
        await repository.DecideAsync("alice", policyReference: "HEAD");
        await repository.ReleaseAsync(policyReference: "HEAD");
    }

    [Fact]
    public async Task A_policy_broken_first_does_not_let_a_lax_one_come_with_its_record()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await File.WriteAllTextAsync(Path.Combine(repository.ModelDirectory, ModelDefinition.FileName), "name: [\n", Token);
        await repository.CommitAsync(ReleaseRepository.Dora, "oops");
        await repository.SetProductionAsync("approvals: { barred: [trainer] }", commitAs: null);
        var forger = new Forger(repository);
        await forger.PromoteAsync([await forger.DecideAsync("dora", ReleaseRepository.Dora)]);
        await repository.CommitAsync(ReleaseRepository.Dora, "mended, and released");

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: the promotion rests on the policy *, and in force was *");
    }

    [Fact]
    public async Task A_second_rollback_goes_further_back_and_never_to_what_was_rolled_back_from()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await AttackTests.ReleaseTwoAsync(repository);
        var (first, second) = (repository.Ledger.Records("production")[1], repository.Ledger.Current("production")!);
        await repository.RollBackAsync("alice");

        var act = () => repository.RollBackAsync("alice");

        (await act.Should().ThrowAsync<PipelineException>().WithMessage($"production was set back to * already, and ran nothing before that. To set it to a later version, name it: --to {second.Statement.Predicate.Version}")).Which.ExitCode.Should().Be(ExitCode.Usage);
        var again = await repository.RollBackAsync("alice", repository.Ledger.Current("production")!.Statement.Predicate.Version, reason: null);
        again.PackageDigest.Should().Be(first.PackageDigest);
        repository.Ledger.Records("production").Should().HaveCount(5, "the tag alone is moved");
        (await repository.RollBackAsync("alice", second.Statement.Predicate.Version)).PackageDigest.Should().Be(second.PackageDigest);
        await repository.VerifyAsync();
    }

    [Fact]
    public async Task A_clock_that_goes_wrong_stops_a_promotion_and_not_a_rollback()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await AttackTests.ReleaseTwoAsync(repository);
        repository.Clock.Now -= TimeSpan.FromHours(1);
        (await repository.RollBackAsync("alice")).Statement.Predicate.PromotedAt.Should().Be(repository.Clock.Now + TimeSpan.FromHours(1));
        await repository.VerifyAsync();
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga, description: "Won?");

        var act = () => repository.MakeAsync();

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("By this machine's clock it is 2026-10-05 11:00:00 UTC, and stages/dev/0002.json is of 2026-10-05 12:00:00 UTC. Set the clock*")).Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    [Fact]
    public async Task Files_that_are_not_in_UTF_8_are_read_from_git_all_the_same()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        var path = Path.Combine(repository.ModelDirectory, ApprovalSettings.DefaultSigners);
        await File.WriteAllBytesAsync(path, [.. Encoding.Latin1.GetBytes("# für die Freigabe, größtenteils\n"), .. await File.ReadAllBytesAsync(path, Token)], Token);
        await repository.CommitAsync(ReleaseRepository.Olga, "a remark");
        await repository.ReleaseFirstAsync();

        await repository.VerifyAsync();
    }

    [Fact]
    public async Task Line_ends_and_a_byte_order_mark_make_no_other_policy()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var signers = await File.ReadAllTextAsync(Path.Combine(repository.ModelDirectory, ApprovalSettings.DefaultSigners), Token);
        await repository.SetSignersAsync("\uFEFF" + signers.ReplaceLineEndings("\r\n"), ReleaseRepository.Olga);
        await repository.VerifyAsync();
    }

    [Fact]
    public async Task A_repository_inside_a_bigger_one_is_checked_by_that_ones_history()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var outer = Directory.CreateTempSubdirectory("outer ü ");
        try
        {
            var inner = Path.Combine(outer.FullName, "a part");
            var model = Path.Combine(inner, "models", SmallModel.Name);
            foreach (var file in Directory.EnumerateFiles(repository.ModelDirectory, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(model, Path.GetRelativePath(repository.ModelDirectory, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            foreach (var command in new[] { new[] { "init", "--quiet" }, ["add", "--all"], ["-c", "user.name=Olga", "-c", "user.email=olga@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--no-verify", "--message", "all"] })
            {
                await CommandLine.RunAsync("git", command, outer.FullName, Token);
            }

            var ledger = new PromotionLedger(model, Path.Combine(inner, "artifacts"), new RunStore(Path.Combine(inner, "artifacts"), TimeProvider.System), TimeProvider.System);
            var (sound, _) = await new PolicyTimeline(SmallModel.Name, model, inner).CheckAsync(ledger.Records("production"), Token);
            File.Delete(Path.Combine(model, "stages", "production", "0002.json"));
            var (faults, _) = await new PolicyTimeline(SmallModel.Name, model, inner).CheckAsync(ledger.Records("production"), Token);

            sound.Should().BeEmpty();
            faults.Should().ContainSingle().Which.Should().Be($"{Forger.PathOf(2)}: it is in the last commit and not here (git checkout -- {Forger.PathOf(2)})");
        }
        finally
        {
            foreach (var file in outer.EnumerateFiles("*", SearchOption.AllDirectories))
            {
                file.Attributes = FileAttributes.Normal;
            }

            outer.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_stage_that_is_begun_anew_leaves_behind_what_was_changed_in_it()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        await File.AppendAllTextAsync(repository.RecordPath("production", 2), "\n", Token);
        await repository.CommitAsync(ReleaseRepository.Dora, "a line");
        await RefusedAsync(() => repository.ReleaseAsync(), $"*{Forger.PathOf(2)}: commit * changed it*");

        Directory.Delete(Path.GetDirectoryName(repository.RecordPath("production", 1))!, recursive: true);
        await repository.CommitAsync(ReleaseRepository.Olga, "production begins anew");

        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();
        await repository.VerifyAsync();
        repository.Log.Should().ContainMatch("Verify: not checked: the records of production before commit *, which took all of them away: the stage was begun anew");
    }

    private static async Task RefusedAsync(Func<Task> act, string message) =>
        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Refused);
}
