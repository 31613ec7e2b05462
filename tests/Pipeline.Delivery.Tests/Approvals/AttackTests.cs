using System.Text;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>What somebody tries who may write to the repository, or holds one key of several, or had bad luck.</summary>
public sealed class AttackTests(TrainedStore trained)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_proposal_that_takes_the_approvals_away_does_not_get_round_the_policy_of_the_protected_branch()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.GitAsync("branch", "protected");
        await repository.SetProductionAsync("image: false", ReleaseRepository.Dora);

        var act = () => repository.MakeAsync("production", policyReference: "protected");

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("*did not reach production*waits for approvals of what the stage before it runs, by the policy in force; model.yaml here asks for none*")).Which.ExitCode.Should().Be(ExitCode.Refused);
        repository.Ledger.Records("production").Should().BeEmpty();
    }

    [Fact]
    public async Task A_proposal_that_takes_a_freeze_away_does_not_get_round_it()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "freezes: [{ name: audit, start: 2026-10-05T00:00, lasts: 2d }]");
        await repository.GitAsync("branch", "protected");
        await repository.SetProductionAsync("image: false", ReleaseRepository.Dora);

        var act = () => repository.MakeAsync("production", policyReference: "protected");

        await act.Should().ThrowAsync<PipelineException>().WithMessage("*waits for the end of a freeze: production is closed until * audit*");
    }

    [Fact]
    public async Task An_approval_that_says_it_holds_for_longer_than_the_policy_lets_it_does_not_count()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: { expires: 3d }");
        await repository.MakeAsync();
        var forger = new Forger(repository);
        var approval = await forger.DecideAsync("alice", ReleaseRepository.Alice, predicate => predicate with { NotAfter = repository.Clock.Now.AddYears(9) });
        repository.Clock.Now += TimeSpan.FromDays(30);

        await RefusedAsync(() => repository.ReleaseAsync(), "*approval of alice@example.com (record 0001): it says that it holds for longer than the policy lets one hold*");
        await forger.PromoteAsync([approval]);

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: it was made without 1 signed approval*longer than the policy lets*");
    }

    [Theory]
    [InlineData("\"commit\": \"", "\"commit\": \"--output=x", "its commit '*' is not one of git")]
    [InlineData("\"reviews\": []", "\"reviews\": [null]", "a list in it has an empty place")]
    [InlineData("\"subject\": [", "\"subject\": [null, ", "a list in it has an empty place")]
    [InlineData("\"promotedBy\": \"", "\"promotedBy\": \"\\u001b[2K", "a text in it has control characters")]
    [InlineData("\"barred\": [", "\"barred\": [], \"barred\": [", "*barred*")]
    [InlineData("\"barred\": [", "\"barrel\": [], \"barred\": [", "*barrel*")]
    [InlineData("\"people\": 1", "\"people\": null", "*people*")]
    [InlineData("\"gitHub\": {}", "\"gitHub\": { \"a\": null }", "its policy has a login of nobody")]
    public async Task A_record_that_nobody_should_have_written_is_told_and_brings_nothing_down(string given, string changed, string fault)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        await ReplaceAsync(repository.RecordPath("production", 2), given, changed);

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: *{fault}*");
        await repository.Invoking(it => it.ReleaseAsync()).Should().ThrowAsync<PipelineException>();
    }

    [Theory]
    [InlineData("\"policyDigest\": \"", "\"policyDigest\": \"!", "the digest of its policy or of what was shown is not a SHA-256")]
    [InlineData("\"evidence\": [", "\"evidence\": [null, ", "a list in it has an empty place")]
    public async Task Likewise_a_decision(string given, string changed, string fault)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await new Forger(repository).RewriteAsync(1, "alice", payload => payload.Replace(given, changed, StringComparison.Ordinal));

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(1)}: *{fault}*");
    }

    [Theory]
    [InlineData("\"lasts\": \"2.00:00:00\"", "\"lasts\": \"10675199.00:00:00\"")]
    [InlineData("\"timeZone\": \"UTC\"", "\"timeZone\": \"Nowhere\"")]
    [InlineData("\"rule\": null", "\"rule\": \"FREQ=NEVER\"")]
    [InlineData("\"promotedAt\": \"2026", "\"promotedAt\": \"9999")]
    public async Task A_calendar_that_cannot_be_is_told_and_brings_nothing_down(string given, string changed)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained, "approvals: 1, freezes: [{ name: audit, start: 2026-11-01T00:00, lasts: 2d }]");
        await repository.ReleaseFirstAsync();
        await ReplaceAsync(repository.RecordPath("production", 2), given, changed);

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: *");
    }

    [Fact]
    public async Task A_folder_or_a_link_in_the_place_of_a_record_is_told()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        Directory.CreateDirectory(repository.RecordPath("production", 3));
        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(3)}: *");
        Directory.Delete(repository.RecordPath("production", 3));

        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        var elsewhere = Path.Combine(repository.Root, "elsewhere.json");
        File.Move(repository.RecordPath("production", 2), elsewhere);
        File.CreateSymbolicLink(repository.RecordPath("production", 2), elsewhere);
        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: it is a link; records are files");

        var folder = Path.GetDirectoryName(repository.RecordPath("production", 1))!;
        Directory.Move(folder, Path.Combine(repository.Root, "elsewhere"));
        Directory.CreateSymbolicLink(folder, Path.Combine(repository.Root, "elsewhere"));
        (await repository.FaultsAsync()).Should().ContainMatch("models/bids/stages/production: it is a link*");
    }

    [Theory]
    [InlineData("\"version\": \"", "\"version\": \"9", "version")]
    [InlineData("\"trainedBy\": \"Dora <dora@example.com>\"", "\"trainedBy\": \"Alice <alice@example.com>\"", "trainer")]
    [InlineData("\"modelDigest\": \"", "\"modelDigest\": \"0000", "model")]
    [InlineData("\"name\": \"gate.json\"", "\"name\": \"gates.json\"", "evidence")]
    public async Task A_promotion_that_says_otherwise_than_the_record_it_is_from_is_found(string given, string changed, string what)
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync();
        var path = repository.RecordPath("production", 2);
        var text = (await File.ReadAllTextAsync(path, Token)).Replace(given, changed, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, what == "model" ? text.Remove(text.IndexOf("\"modelDigest\": \"0000", StringComparison.Ordinal) + "\"modelDigest\": \"0000".Length, 4) : text, Token);

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(2)}: it has another {what} than stages/dev/0001.json, which it is from");
    }

    [Fact]
    public async Task A_rollback_that_says_otherwise_than_the_record_it_goes_back_to_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await ReleaseTwoAsync(repository);
        await repository.RollBackAsync("alice");
        var number = repository.Ledger.Records("production").Count;
        await new Forger(repository).RewriteAsync(number, "alice", payload => payload.Replace("\"commit\": \"", "\"commit\": \"00", StringComparison.Ordinal));

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(number)}: it has another commit than stages/production/0002.json, which it is from");

        await new Forger(repository).RewriteAsync(number, "alice", payload => payload.Replace("\"name\": \"stages/production/0002.json\",\n      \"digest\": {\n        \"sha256\": \"", "\"name\": \"stages/production/0002.json\",\n      \"digest\": {\n        \"sha256\": \"0000", StringComparison.Ordinal).Replace("0000" + repository.Ledger.Records("production")[1].FileDigest.Hex, "0000" + repository.Ledger.Records("production")[1].FileDigest.Hex[4..], StringComparison.Ordinal));
        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(number)}: it names no record in which the stage ran what it goes back to");
    }

    [Fact]
    public async Task A_promotion_whose_gates_looked_at_another_champion_is_found()
    {
        using var repository = await ReleaseRepository.CreateAsync(trained);
        await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        var forger = new Forger(repository);
        var approval = await forger.DecideAsync("alice", ReleaseRepository.Alice);
        await forger.PromoteAsync([approval], predicate => predicate with { ComparedWith = new Dictionary<string, Digest>() });

        (await repository.FaultsAsync()).Should().ContainMatch($"{Forger.PathOf(4)}: its gates were not against *, which production ran then");
    }

    internal static async Task ReleaseTwoAsync(ReleaseRepository repository)
    {
        await repository.ReleaseFirstAsync(stump: true);
        await repository.SetProductionAsync("approvals: 1", ReleaseRepository.Olga);
        await repository.MakeAsync();
        await repository.DecideAsync("alice");
        await repository.ReleaseAsync();
        await repository.CommitAsync(ReleaseRepository.Alice, "second release");
    }

    private static async Task ReplaceAsync(string path, string given, string changed)
    {
        var text = await File.ReadAllTextAsync(path, Token);
        text.Should().Contain(given);
        await File.WriteAllTextAsync(path, text.Replace(given, changed, StringComparison.Ordinal), new UTF8Encoding(false), Token);
    }

    private static async Task RefusedAsync(Func<Task> act, string message) =>
        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Refused);
}
