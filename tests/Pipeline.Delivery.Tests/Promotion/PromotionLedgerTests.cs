using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Promotion;

public sealed class PromotionLedgerTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("promotion ledger ");

    private string ModelDirectory => Path.Combine(_root.FullName, "models", "flights");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Records_are_chained_by_the_digest_of_the_one_before()
    {
        var ledger = NewLedger();

        var first = Append(ledger, "one");
        var second = Append(ledger, "two");

        first.Statement.Predicate.Previous.Should().BeNull();
        second.Statement.Predicate.Previous.Should().Be(first.FileDigest.Hex);
        Path.GetFileName(second.Path).Should().Be("0002.json");
        ledger.Verify().Should().BeEmpty();
        ledger.Current("dev")!.PackageDigest.Should().Be(Digest.OfText("two"));
        ledger.Current("staging").Should().BeNull();
    }

    [Fact]
    public void A_changed_record_is_found()
    {
        var ledger = NewLedger();
        var first = Append(ledger, "one");
        Append(ledger, "two");

        File.WriteAllText(first.Path, File.ReadAllText(first.Path).Replace("somebody", "somebody else", StringComparison.Ordinal));

        ledger.Verify().Should().ContainSingle().Which.Should().Contain("0002.json").And.Contain("changed");
    }

    [Theory]
    [InlineData("0001.json")]
    [InlineData("0002.json")]
    public void A_deleted_record_is_found(string name)
    {
        var ledger = NewLedger();
        Append(ledger, "one");
        Append(ledger, "two");
        Append(ledger, "three");

        File.Delete(Path.Combine(ModelDirectory, "stages", "dev", name));

        ledger.Verify().Should().NotBeEmpty();
        var act = () => ledger.Current("dev");
        act.Should().Throw<PipelineException>().WithMessage("*do not verify*git checkout*").Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x","predicate":null}""")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"zz"}}],"predicateType":"x","predicate":null}""")]
    public void A_record_that_is_none_is_found_and_named(string content)
    {
        var ledger = NewLedger();
        var record = Append(ledger, "one");

        File.WriteAllText(record.Path, content);

        ledger.Verify().Should().ContainSingle().Which.Should().Contain("0001.json");
    }

    [Fact]
    public async Task Two_runs_at_once_add_two_records()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            var ledger = NewLedger();
            using var held = await ledger.LockAsync(TestContext.Current.CancellationToken);
            Append(ledger, $"package {i}");
        })));

        var after = NewLedger();
        after.Verify().Should().BeEmpty();
        after.Current("dev")!.Statement.Predicate.Sequence.Should().Be(6);
    }

    [Fact]
    public void Nothing_but_records_lies_beside_records()
    {
        Append(NewLedger(), "one");

        Directory.EnumerateFileSystemEntries(ModelDirectory, "*", SearchOption.AllDirectories).Should().HaveCount(3, "stages, stages/dev and the record");
    }

    private static PromotionRecord Append(PromotionLedger ledger, string package) => ledger.Append(
        new PromotionPredicate("flights", "dev", null, 0, null, "v", DateTimeOffset.UnixEpoch, "somebody", null, Digest.OfText("model").Hex, []),
        [ResourceDescriptor.Of("flights", Digest.OfText(package))]);

    private PromotionLedger NewLedger()
    {
        var artifacts = Path.Combine(_root.FullName, "artifacts");
        return new PromotionLedger(ModelDirectory, artifacts, new RunStore(artifacts, TimeProvider.System), TimeProvider.System);
    }
}
