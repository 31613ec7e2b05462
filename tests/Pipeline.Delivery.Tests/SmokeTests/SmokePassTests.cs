using Pipeline.Delivery.Gates;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.SmokeTests;

public sealed class SmokePassTests : IDisposable
{
    private static readonly OperationsVerdict Passed = new(
        1, Digest.OfText("package"), Digest.OfText("service"), new Dictionary<string, Digest>(), 2, 9, 4_500, new Dictionary<string, MetricEstimate>(),
        new Dictionary<string, IReadOnlyDictionary<string, MetricEstimate>>(), [new GateRow("packageMb ≤ 2", 4_500, GateOutcome.Pass, "1.2000 ≤ 2.0000") { Value = 1.2, Bound = 2 }]);

    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_pass_has_the_operations_whose_digest_it_names()
    {
        var pass = await LoadAsync(Passed);

        pass.Operations.Rows.Should().Equal(Passed.Rows);
        pass.Evidence.OperationsDigest.Should().Be(Digest.Of(PackageJson.Serialize(Passed)));
    }

    [Fact]
    public async Task Operations_that_refuse_are_no_pass()
    {
        var load = () => LoadAsync(Passed with { Rows = [Passed.Rows[0] with { Outcome = GateOutcome.Fail }] });

        await load.Should().ThrowAsync<InvalidDataException>().WithMessage("*operations.json is no pass of*");
    }

    [Fact]
    public async Task Operations_of_another_package_are_no_pass()
    {
        var load = () => LoadAsync(Passed with { PackageDigest = Digest.OfText("another") });

        await load.Should().ThrowAsync<InvalidDataException>().WithMessage("*operations.json is no pass of*");
    }

    [Fact]
    public async Task Operations_that_the_smoke_test_does_not_name_are_no_pass()
    {
        var load = () => LoadAsync(Passed, named: Digest.OfText("other operations"));

        await load.Should().ThrowAsync<InvalidDataException>().WithMessage("*operations.json is not the one that smoke-test.json names.");
    }

    private Task<SmokePass> LoadAsync(OperationsVerdict operations, Digest? named = null)
    {
        var bytes = PackageJson.Serialize(operations);
        var evidence = new SmokeEvidence("bids:1", Digest.OfText("package"), SmokeEvidence.ProcessTarget, "sha256:0", [new SmokeCheck("ready", Passed: true, "200")], []) { OperationsDigest = named ?? Digest.Of(bytes) };
        return _fixture.Runner.RunAsync<SmokePass>(
            new StageKey(SmokeTestStage.Name, SmallModel.Name, new Dictionary<string, string>()),
            async (output, token) =>
            {
                await File.WriteAllBytesAsync(Path.Combine(output, OperationsVerdict.File), bytes, token);
                await File.WriteAllBytesAsync(Path.Combine(output, SmokeEvidence.File), PackageJson.Serialize(evidence), token);
            },
            TestContext.Current.CancellationToken);
    }
}
