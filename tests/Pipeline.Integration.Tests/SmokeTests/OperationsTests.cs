using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.SmokeTests;

/// <summary>Operations of the real service, as processes of this machine.</summary>
[Collection(SharedWorkspace.Name)]
public sealed class OperationsTests(Workspace workspace)
{
    private static readonly OperationGateSettings[] Generous =
    [
        new(OperationMeasures.LatencyP99, 1_000, null),
        new(OperationMeasures.Start, 20_000, null),
        new(OperationMeasures.Resident, 1_000, null),
        new(OperationMeasures.Package, 1, null),
        new(OperationMeasures.LatencyP50, null, 9),
        new(OperationMeasures.Resident, null, 0.5),
        new(OperationMeasures.Package, null, 0.5),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_is_measured_beside_its_champion_and_the_pass_names_what_was_seen()
    {
        var (package, champion) = (workspace.NewPackage("candidate of operations"), workspace.NewPackage("champion of operations"));
        var inputs = new OperationsInputs(await workspace.ServiceAsync(), Generous, [new Champion("dev", champion.Digest, Digest.OfText("model"), champion, null)]);

        var pass = await new SmokeTestStage(workspace.Runner).RunAsync(package, "no Docker engine", inputs, Token);

        var operations = pass.Operations;
        pass.Evidence.OperationsDigest.Should().Be(Digest.OfFile(Path.Combine(Path.GetDirectoryName(pass.EvidencePath)!, "operations.json")));
        operations.Requests.Should().Be(4_500);
        operations.ComparedWith["dev"].Should().Be(champion.Digest);
        operations.Rows.Should().HaveCount(Generous.Length).And.OnlyContain(row => row.Passed, "{0}", string.Join("; ", operations.Rows.Select(row => row.Reason)));
        operations.Measures[OperationMeasures.LatencyP50].Value.Should().BeInRange(0.02, 1_000);
        operations.Measures[OperationMeasures.LatencyP99].Value.Should().BeGreaterThanOrEqualTo(operations.Measures[OperationMeasures.LatencyP50].Value!.Value);
        operations.Measures[OperationMeasures.Resident].Value.Should().BeInRange(10, 1_000);
        operations.Champions["dev"][OperationMeasures.Start].Value.Should().BeGreaterThan(1);
        operations.Measures[OperationMeasures.Image].Undefined.Should().Be("no image: no Docker engine");
    }

    [Fact]
    public async Task A_champion_that_this_service_cannot_load_fails_the_comparison_and_nothing_is_kept()
    {
        // It contradicts its own golden sample, and so the service does not start with it.
        var (package, champion) = (workspace.NewPackage("candidate of a broken champion"), workspace.NewPackage("broken champion", goldenError: 0.1f));
        OperationGateSettings[] gates = [new(OperationMeasures.Package, 1, null), new(OperationMeasures.Resident, null, 0.5)];
        var inputs = new OperationsInputs(await workspace.ServiceAsync(), gates, [new Champion("dev", champion.Digest, Digest.OfText("model"), champion, null)]);
        OperationsVerdict? reported = null;

        var test = () => new SmokeTestStage(workspace.Runner, verdict => reported = verdict).RunAsync(package, "no Docker engine", inputs, Token);

        var refusal = (await test.Should().ThrowAsync<PipelineException>()).Which;
        refusal.ExitCode.Should().Be(ExitCode.Refused);
        refusal.Message.Should().Contain("this service does not serve the champion").And.Contain("Nothing was pushed or promoted.");
        reported!.Rows.Select(row => row.Outcome).Should().Equal(GateOutcome.Pass, GateOutcome.Fail);
        workspace.Runner.Plan<SmokePass>(SmokeTestStage.Key(package, SmokeTestStage.EvidenceOf(package, inputs.Service, "no Docker engine"), inputs)).Artifact.Should().BeNull();
    }
}
