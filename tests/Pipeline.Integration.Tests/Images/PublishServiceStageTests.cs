using Pipeline.Delivery.Images;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class PublishServiceStageTests(Workspace workspace)
{
    [Fact]
    public async Task Same_sources_give_the_same_bytes_in_another_store()
    {
        var first = await workspace.ServiceAsync();

        var second = await new PublishServiceStage(workspace.NewRunner(Path.Combine(workspace.Root, "second-publish")), workspace.RepositoryRoot).RunAsync("linux-x64", TestContext.Current.CancellationToken);

        second.Digest.Should().Be(first.Digest);
    }

    [Fact]
    public async Task Service_is_whole_and_executable()
    {
        var service = await workspace.ServiceAsync();

        File.GetUnixFileMode(service.Executable).Should().HaveFlag(UnixFileMode.OtherExecute);
        File.Exists(Path.Combine(service.AppDirectory, "libonnxruntime.so")).Should().BeTrue();
        Directory.EnumerateFiles(service.AppDirectory, "*.pdb").Should().BeEmpty();
    }
}
