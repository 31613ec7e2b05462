using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Approvals;

public sealed class AllowedSignersTests
{
    private static readonly DateTimeOffset Now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", true)]
    [InlineData("valid-after=\"20261001Z\"", true)]
    [InlineData("valid-after=\"202610011201Z\"", false)]
    [InlineData("valid-before=\"20261001120001Z\"", true)]
    [InlineData("valid-before=\"20261001120000Z\"", false)]
    public async Task A_key_counts_from_when_to_when_its_line_says(string options, bool counts)
    {
        var signers = AllowedSigners.Parse(await SshKeys.LineAsync("alice@example.com", "alice", options), string.Empty, "approvers");

        var (person, why) = signers.Find(await KeyAsync("alice"), Now);

        person.Should().Be(counts ? "alice@example.com" : null);
        (why?.Contains("was not valid at 2026-10-01 12:00 UTC", StringComparison.Ordinal) ?? false).Should().Be(!counts);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(" 2026-10-01", false)]
    [InlineData(" 2026-10-02 lost with a laptop", true)]
    public async Task A_revoked_key_counts_at_most_for_what_it_signed_before(string since, bool counts)
    {
        var key = await KeyAsync("alice");
        var signers = AllowedSigners.Parse(await SshKeys.LineAsync("alice@example.com", "alice"), $"# gone\n{key.Fingerprint}{since}\n", "approvers");

        var (person, why) = signers.Find(key, Now);

        person.Should().Be(counts ? "alice@example.com" : null);
        (why ?? "counts").Should().Match(counts ? "counts" : $"the key {key.Fingerprint} is revoked*");
    }

    [Fact]
    public async Task A_person_may_have_several_keys_and_a_key_that_is_not_there_is_nobodys()
    {
        var signers = AllowedSigners.Parse($"# people\n\n{await SshKeys.LineAsync("alice@example.com", "alice")}{await SshKeys.LineAsync("alice@example.com", "bob")}", string.Empty, "approvers");

        signers.Find(await KeyAsync("bob"), Now).Person.Should().Be("alice@example.com");
        signers.Find(await KeyAsync("mallory"), Now).Why.Should().EndWith("is nobody's who may sign");
    }

    [Theory]
    [InlineData("*@example.com namespaces=\"ml-delivery-pipeline-approval\" KEY", "'*@example.com' must name one person*")]
    [InlineData("a@example.com,b@example.com namespaces=\"ml-delivery-pipeline-approval\" KEY", "*must name one person*")]
    [InlineData("a@example.com KEY", "it has no namespaces*")]
    [InlineData("a@example.com namespaces=\"git\" KEY", "its namespaces 'git' lack ml-delivery-pipeline-approval")]
    [InlineData("a@example.com cert-authority,namespaces=\"ml-delivery-pipeline-approval\" KEY", "the option 'cert-authority' is not known here*")]
    [InlineData("a@example.com namespaces=\"ml-delivery-pipeline-approval\",valid-before=\"20261001\" KEY", "'20261001' must be a time in UTC*")]
    [InlineData("a@example.com namespaces=\"ml-delivery-pipeline-approval\" ssh-ed25519 AAAA", "*bytes*")]
    [InlineData("a@example.com namespaces=\"ml-delivery-pipeline-approval\" ssh-dss AAAAB3NzaC1kc3M=", "keys of the type 'ssh-dss' are not known here")]
    [InlineData("just words", "it must be: person@example.com namespaces=*")]
    public async Task A_line_that_would_let_in_more_than_it_seems_is_refused(string line, string fault)
    {
        var key = string.Join(' ', (await File.ReadAllTextAsync(await SshKeys.PathAsync("alice") + ".pub", TestContext.Current.CancellationToken)).Split(' ')[..2]);

        var read = () => AllowedSigners.Parse($"# first\n{line.Replace("KEY", key, StringComparison.Ordinal)}\n", "nonsense\n", "approvers");

        var thrown = read.Should().Throw<PipelineException>().Which;
        thrown.ExitCode.Should().Be(ExitCode.Usage);
        thrown.Message.Split('\n')[1].Should().Match($"  approvers:2: {fault}");
        thrown.Message.Split('\n')[2].Should().StartWith("  approvers.revoked:1: it must be a fingerprint");
    }

    private static async Task<SshPublicKey> KeyAsync(string name) => new SshSigner(await SshKeys.PathAsync(name)).PublicKey();
}
