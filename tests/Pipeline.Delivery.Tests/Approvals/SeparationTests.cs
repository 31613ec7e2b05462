using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>What somebody tries who wrote the model and holds a key that may approve.</summary>
public sealed class SeparationTests(TrainedStore trained)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_author_who_leaves_themselves_out_of_a_records_list_is_found_by_git()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [author] }");
        await repository.MakeAsync();
        var forger = new Forger(repository);

        await forger.PromoteAsync([await forger.DecideAsync("dora", ReleaseRepository.Dora)]);

        (await repository.FaultsAsync()).Should().ContainSingle().Which.Should().Match($"{Forger.PathOf(2)}: it rests on an approval that does not count: dora@example.com is barred as author (commit *");
    }

    [Fact]
    public async Task So_is_a_requester_though_they_wrote_nothing()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [requester] }");
        await repository.GitAsync("config", "user.email", ReleaseRepository.Bob);
        await repository.MakeAsync();
        var forger = new Forger(repository);

        await forger.PromoteAsync([await forger.DecideAsync("bob", ReleaseRepository.Bob)]);

        (await repository.FaultsAsync()).Should().ContainSingle().Which.Should().Match($"{Forger.PathOf(2)}: *bob@example.com is barred as requester (stages/dev/0001.json is by Dora <bob@example.com>)");
    }

    [Fact]
    public async Task So_is_who_last_changed_the_policy_and_a_date_after_the_promotion_is_told()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [policyEditor] }");
        var forger = new Forger(repository);
        repository.Clock.Now = DateTimeOffset.UtcNow.AddDays(-2);
        await repository.MakeAsync();
        await forger.PromoteAsync([await forger.DecideAsync("olga", ReleaseRepository.Olga)]);
        await repository.VerifyAsync();
        repository.Log.Should().ContainMatch("Verify: not checked: stages/production/0002.json: olga@example.com is barred as policyEditor (commit *), by its date after the promotion: look whether that date is true");

        repository.Clock.Now = DateTimeOffset.UtcNow.AddDays(1);
        await forger.PromoteAsync([await forger.DecideAsync("olga", ReleaseRepository.Olga)]);

        (await repository.FaultsAsync()).Should().ContainSingle().Which.Should().Match($"{Forger.PathOf(4)}: *olga@example.com is barred as policyEditor (commit *");
    }

    [Fact]
    public async Task An_author_is_found_where_the_record_of_the_stage_before_lies_elsewhere()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [author, requester] }");
        await repository.MakeAsync();
        var forger = new Forger(repository);
        await forger.PromoteAsync([await forger.DecideAsync("dora", ReleaseRepository.Dora)]);
        Directory.Delete(Path.GetDirectoryName(repository.RecordPath("dev", 1))!, recursive: true);

        (await repository.FaultsAsync()).Should().ContainSingle().Which.Should().Match($"{Forger.PathOf(2)}: *dora@example.com is barred as author (commit *");
    }

    [Fact]
    public async Task A_mailmap_that_comes_with_a_proposal_makes_nobody_of_its_author()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [author] }");
        await File.WriteAllTextAsync(Path.Combine(repository.Root, ".mailmap"), "Somebody <somebody@example.com> <dora@example.com>\n", Token);
        await repository.CommitAsync(ReleaseRepository.Dora, "names");
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync("dora"), "dora@example.com is barred as author*");
    }

    [Theory]
    [InlineData("carol@example.com", "Co-authored-by: Bob <bob@example.com>")]
    [InlineData("bob+work@example.com", "")]
    [InlineData("BOB@EXAMPLE.COM", "")]
    [InlineData("12345+Bob-GH@users.noreply.github.com", "")]
    [InlineData("carol@example.com", "Co-authored-by: Bob <12345+bob-gh@users.noreply.github.com>")]
    public async Task Whoever_wrote_it_is_known_by_any_of_their_addresses(string author, string trailer)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [author], github: { bob-gh: bob@example.com } }");
        await repository.CommitAsync(author, "nothing");
        await File.AppendAllTextAsync(Path.Combine(repository.ModelDirectory, ModelDefinition.FileName), "# seen\n", Token);
        await repository.CommitAsync(author, $"a remark\n\n{trailer}");
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync("bob"), "bob@example.com is barred as author (commit *");
        await repository.DecideAsync("alice");
    }

    [Fact]
    public async Task Two_addresses_of_one_mailbox_are_one_person()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 2");
        await repository.SetSignersAsync(await SshKeys.LineAsync("alice@example.com", "alice") + await SshKeys.LineAsync("Alice+2@Example.com", "second"), ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.DecideAsync("second");

        await RefusedAsync(() => repository.ReleaseAsync(), "*1 more signed approval*");
    }

    [Fact]
    public async Task Whoever_made_it_from_files_that_are_in_no_commit_is_an_author()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { barred: [author] }");
        await repository.GitAsync("config", "user.email", ReleaseRepository.Bob);
        await File.AppendAllTextAsync(Path.Combine(repository.Root, ".gitignore"), "x\n", Token);
        await repository.MakeAsync();

        await RefusedAsync(() => repository.DecideAsync("bob"), "bob@example.com is barred as author (files that are in no commit: stages/dev/0001.json is of *-dirty)*");
        await repository.GitAsync("checkout", "--", ".gitignore");
        var forger = new Forger(repository);
        await forger.PromoteAsync([await forger.DecideAsync("bob", ReleaseRepository.Bob)]);
        (await repository.FaultsAsync()).Should().ContainSingle().Which.Should().Match($"{Forger.PathOf(2)}: *bob@example.com is barred as author (files that are in no commit*");
    }

    private static async Task RefusedAsync(Func<Task> act, string message) =>
        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Refused);
}
