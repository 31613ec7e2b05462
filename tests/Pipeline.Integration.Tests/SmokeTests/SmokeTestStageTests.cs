using System.Diagnostics;
using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.SmokeTests;

[Collection(SharedWorkspace.Name)]
public sealed class SmokeTestStageTests(Workspace workspace)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SmokeTestStage Stage => new(workspace.Runner);

    [Fact]
    public async Task Container_passes_and_is_gone_afterwards()
    {
        var package = workspace.NewPackage("container");
        var image = await workspace.NewImageAsync(package);

        var pass = await Stage.RunAsync(package, image, workspace.RequireEngine(), await workspace.OperationsAsync(), Token);

        pass.PackageDigest.Should().Be(package.Digest);
        pass.ImageId.Should().Be(image.ImageId);
        pass.NotChecked.Should().BeEmpty();
        pass.Evidence.Checks.Should().HaveCount(7).And.OnlyContain(check => check.Passed);
        (await workspace.SmokeContainersAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Pass_of_the_same_image_is_restored()
    {
        var package = workspace.CommonPackage();
        var image = await workspace.NewImageAsync(package);

        var first = await Stage.RunAsync(package, image, workspace.RequireEngine(), await workspace.OperationsAsync(), Token);
        var second = await Stage.RunAsync(package, image, workspace.RequireEngine(), await workspace.OperationsAsync(), Token);

        second.EvidenceDigest.Should().Be(first.EvidenceDigest);
        workspace.Printed.Should().Contain("SmokeTest: restored");
    }

    [Fact]
    public async Task Process_passes_and_says_that_no_container_was_checked()
    {
        var package = workspace.NewPackage("process");

        var pass = await Stage.RunAsync(package, "no Docker engine", await workspace.OperationsAsync(), Token);

        pass.ImageId.Should().BeNull();
        pass.Evidence.Checks.Should().ContainSingle(check => check.Name == "hostile values").Which.Detail.Should().Be("19 requests: 4 answered, 15 refused with 400");
        pass.NotChecked.Should().Equal("container: no Docker engine");
        pass.EvidenceDigest.Should().Be(Digest.OfFile(pass.EvidencePath));
        ServicesOf(package).Should().BeEmpty();
    }

    [Fact]
    public async Task Wrong_golden_prediction_is_refused_with_a_table_and_is_not_kept()
    {
        var package = workspace.NewPackage("golden", goldenError: 0.001f);
        var operations = await workspace.OperationsAsync();

        var test = () => Stage.RunAsync(package, "no Docker engine", operations, Token);

        for (var run = 0; run < 2; run++)
        {
            var refusal = (await test.Should().ThrowAsync<PipelineException>()).Which;
            refusal.ExitCode.Should().Be(ExitCode.Refused);
            // The service checks itself by the same sample and does not even start; its log says which row.
            refusal.Message.Should().Contain("ready within 10 s").And.Contain("probability 0.5 (yes) instead of 0.501 (yes)");
        }

        workspace.Printed.Should().Contain("FAIL").And.Contain("SIGTERM ends it within 10 s");
        ServicesOf(package).Should().BeEmpty();
    }

    [Fact]
    public async Task Process_that_must_serve_another_package_is_refused()
    {
        var package = workspace.NewPackage("mismatch");
        var other = package with { Digest = Digest.OfText("another") };
        var operations = await workspace.OperationsAsync();

        var test = () => Stage.RunAsync(other, "no Docker engine", operations, Token);

        (await test.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.Refused);
        ServicesOf(package).Should().BeEmpty();
    }

    [Fact]
    public async Task Image_of_another_package_is_not_tested_at_all()
    {
        var image = await workspace.NewImageAsync(workspace.CommonPackage());

        var operations = await workspace.OperationsAsync();

        var test = () => Stage.RunAsync(workspace.NewPackage("two"), image, workspace.RequireEngine(), operations, Token);

        (await test.Should().ThrowAsync<PipelineException>()).WithMessage("*./build.sh Package*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_smoke_test_leaves_nothing_running(bool inContainer)
    {
        var package = workspace.NewPackage($"cancelled {inContainer}");
        var operations = await workspace.OperationsAsync();
        var image = inContainer ? await workspace.NewImageAsync(package) : null;
        // The whole takes some 200 ms with a service that was compiled ahead of time.
        foreach (var milliseconds in (int[])[1, 20, 60])
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
            cancellation.CancelAfter(milliseconds);

            var test = () => image is null ? Stage.RunAsync(package, "none", operations, cancellation.Token) : Stage.RunAsync(package, image, workspace.RequireEngine(), operations, cancellation.Token);

            await test.Should().ThrowAsync<OperationCanceledException>();
            ServicesOf(package).Should().BeEmpty();
            if (inContainer)
            {
                (await workspace.SmokeContainersAsync()).Should().BeEmpty();
            }
        }
    }

    [Fact]
    public async Task Container_ends_by_itself_when_the_pipeline_is_killed()
    {
        var image = await workspace.NewImageAsync(workspace.CommonPackage());
        await using var target = await ContainerTarget.StartAsync(workspace.RequireEngine(), image.ImageId, TimeProvider.System, Token);
        await Task.Delay(500, Token);
        (await target.HasExitedAsync(Token)).Should().BeFalse();

        target.ReleaseInput();

        var start = TimeProvider.System.GetTimestamp();
        while (!await target.HasExitedAsync(Token))
        {
            TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(100, Token);
        }
    }

    [Fact]
    public async Task Container_of_an_owner_that_was_killed_is_removed_and_a_living_ones_is_kept()
    {
        var client = workspace.RequireEngine().Client;
        var package = workspace.NewPackage("stale");
        var image = await workspace.NewImageAsync(package);
        var stale = await CreateOwnedAsync(client, image, "999999999-1");
        var living = await CreateOwnedAsync(client, image, ContainerOwner.Current);

        await Stage.RunAsync(package, image, workspace.RequireEngine(), await workspace.OperationsAsync(), Token);

        var left = (await workspace.SmokeContainersAsync()).Select(container => container.ID).ToList();
        await client.Containers.RemoveContainerAsync(living, new ContainerRemoveParameters { Force = true }, Token);
        left.Should().Contain(living).And.NotContain(stale);
    }

    private static async Task<string> CreateOwnedAsync(Docker.DotNet.DockerClient client, ContainerImage image, string owner)
    {
        var labels = new Dictionary<string, string>(ContainerOwner.Labels) { ["io.pipeline.smoke-test"] = owner };
        return (await client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = image.ImageId, Labels = labels }, Token)).ID;
    }

    /// <summary>Services that still serve the package.</summary>
    private static List<int> ServicesOf(PackagedModel package) =>
        [.. Process.GetProcessesByName("inference").Where(process => CommandLineOf(process.Id).Contains(package.Directory, StringComparison.Ordinal)).Select(process => process.Id)];

    private static string CommandLineOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
