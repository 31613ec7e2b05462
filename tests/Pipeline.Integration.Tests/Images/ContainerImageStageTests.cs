using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class ContainerImageStageTests(Workspace workspace)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Image_is_built_once_and_restored_after_that()
    {
        var package = workspace.CommonPackage();

        var first = await workspace.NewImageAsync(package);
        var second = await workspace.NewImageAsync(package);

        second.Should().Be(first);
        workspace.Printed.Should().Contain("Image: restored");
    }

    [Fact]
    public async Task A_plan_knows_the_image_and_that_a_base_image_is_not_there_yet()
    {
        var package = workspace.CommonPackage();
        var made = await workspace.NewImageAsync(package);
        var stage = new ContainerImageStage(workspace.Runner, workspace.RequireEngine(), workspace.RepositoryRoot);

        var key = await stage.TryKeyAsync(package, await workspace.ServiceAsync(), made.BaseImage, Token);
        var withoutBase = await stage.TryKeyAsync(package, await workspace.ServiceAsync(), "127.0.0.1:1/nobody/base:1", Token);

        workspace.Runner.Plan<ContainerImage>(key!).Artifact.Should().Be(made);
        (await stage.HasAsync(made, Token)).Should().BeTrue();
        withoutBase.Should().BeNull();
    }

    [Fact]
    public async Task Image_says_what_it_holds()
    {
        var package = workspace.CommonPackage();

        var made = await workspace.NewImageAsync(package);

        var image = await workspace.RequireEngine().Client.Images.InspectImageAsync(made.Tag, Token);
        image.ID.Should().Be(made.ImageId);
        image.Config!.User.Should().Be("1654:1654");
        image.Config.Env.Should().Contain($"MODEL_DIGEST={package.Digest}");
        image.Config.Labels.Should().Contain("org.opencontainers.image.version", package.Version)
            .And.Contain("org.opencontainers.image.revision", "0000000")
            .And.Contain("io.pipeline.package.digest", package.Digest.ToString())
            .And.ContainKey("org.opencontainers.image.base.name");
    }

    [Fact]
    public async Task Image_on_our_base_is_small()
    {
        var made = await workspace.NewImageAsync(workspace.CommonPackage());

        var image = await workspace.RequireEngine().FindImageAsync(made.Tag, Token);
        if (!File.Exists(Path.Combine((await workspace.ServiceAsync()).AppDirectory, "libcoreclr.so")))
        {
            image!.Size.Should().BeLessThanOrEqualTo(65_000_000);
        }

        workspace.Printed.Should().MatchRegex($"{made.Tag} \\(sha256:[0-9a-f]{{12}}\\): [0-9.]+ MB uncompressed");
    }

    [Fact]
    public async Task Image_that_was_removed_from_the_engine_is_built_anew()
    {
        var package = workspace.NewPackage("removed");
        var first = await workspace.NewImageAsync(package);
        await workspace.RequireEngine().Client.Images.DeleteImageAsync(first.ImageId, new ImageDeleteParameters { Force = true }, Token);

        var second = await workspace.NewImageAsync(package);

        (await workspace.RequireEngine().FindImageAsync(second.Tag, Token))!.Id.Should().Be(second.ImageId);
        workspace.Printed.Should().Contain($"no longer has {first.Tag}");
    }

    [Fact]
    public async Task Failed_build_shows_what_the_engine_said_and_keeps_nothing()
    {
        var engine = workspace.RequireEngine();
        var package = workspace.NewPackage("failed build");
        var root = Path.Combine(workspace.Root, "broken-clone");
        Directory.CreateDirectory(Path.Combine(root, "deploy", "docker"));
        await File.WriteAllTextAsync(Path.Combine(root, "deploy", "docker", "Dockerfile"), "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY nothing-of-this-name /\n", Token);
        var @base = await new BaseImageStage(workspace.Runner, engine).RunAsync(Token);
        var stage = new ContainerImageStage(workspace.Runner, engine, root);

        var build = async () => await stage.RunAsync(package, await workspace.ServiceAsync(), new ImageSettings(@base.Reference, null), Token);

        var failure = (await build.Should().ThrowAsync<PipelineException>()).Which;
        failure.ExitCode.Should().Be(ExitCode.ToolError);
        failure.Message.Should().Contain("nothing-of-this-name").And.Contain("Step 3/");
        (await engine.FindImageAsync(package.ToString(), Token)).Should().BeNull();
    }

    [Fact]
    public async Task Base_image_that_is_nowhere_is_named()
    {
        var engine = workspace.RequireEngine();
        var stage = new ContainerImageStage(workspace.Runner, engine, workspace.RepositoryRoot);

        var build = async () => await stage.RunAsync(workspace.NewPackage(), await workspace.ServiceAsync(), new ImageSettings("registry.invalid/base:1", null), Token);

        (await build.Should().ThrowAsync<PipelineException>()).WithMessage("*registry.invalid/base:1*--base-image*");
    }

    [Fact]
    public async Task Default_base_image_is_the_dockerfiles()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(workspace.RepositoryRoot, "deploy", "docker", "Dockerfile"), Token);

        text.Should().Contain($"ARG BASE_IMAGE={BaseImageResolver.Default}\n");
    }
}
