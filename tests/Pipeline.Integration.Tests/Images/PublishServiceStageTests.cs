using Pipeline.Delivery.Images;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class PublishServiceStageTests(Workspace workspace)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Same_sources_give_the_same_bytes_in_another_store()
    {
        var first = await workspace.ServiceAsync();

        var second = await new PublishServiceStage(workspace.NewRunner(Path.Combine(workspace.Root, "second-publish")), workspace.RepositoryRoot).RunAsync("linux-x64", Token);

        second.Digest.Should().Be(first.Digest);
    }

    [Fact]
    public async Task Service_is_whole_and_executable()
    {
        var service = await workspace.ServiceAsync();

        File.GetUnixFileMode(service.Executable).Should().HaveFlag(UnixFileMode.OtherExecute);
        File.Exists(Path.Combine(service.AppDirectory, "libonnxruntime.so")).Should().BeTrue();
        Directory.EnumerateFiles(service.AppDirectory, "*.pdb").Should().BeEmpty();
        workspace.Printed.Should().Contain("Service (linux-x64): compiled ");
    }

    [Fact]
    public async Task Compiled_ahead_of_time_it_is_one_program_without_a_runtime_or_symbols()
    {
        await RequireAheadOfTimeAsync();

        var service = await workspace.ServiceAsync();

        var libraries = Directory.EnumerateFiles(service.AppDirectory, "*", SearchOption.AllDirectories).Select(Path.GetFileName);
        libraries.Should().Contain("inference").And.NotContain(name => name!.EndsWith(".dll", StringComparison.Ordinal) || name.EndsWith(".dbg", StringComparison.Ordinal) || name.StartsWith("libcoreclr", StringComparison.Ordinal));
        var read = async () => await CommandLine.RunAsync("readelf", ["--wide", "--symbols", service.Executable], workspace.Root, Token);
        (await read()).Should().NotContain("Symbol table '.symtab'");
    }

    [Fact]
    public async Task Compiled_ahead_of_time_its_errors_are_still_sentences()
    {
        await RequireAheadOfTimeAsync();
        var service = await workspace.ServiceAsync();
        var directory = Directory.CreateDirectory(Path.Combine(workspace.Root, "broken manifest")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "manifest.json"), "{,", Token);

        var run = () => CommandLine.RunAsync(service.Executable, ["--package", directory, "--address", "127.0.0.1", "--port", "0"], workspace.Root, Token);

        (await run.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain("exit code 1")
            .And.Contain("manifest.json is not a valid Manifest: ',' is an invalid start of a property name. Expected a '\"'.");
    }

    [Fact]
    public async Task What_cannot_be_linked_here_is_compiled_to_ready_to_run()
    {
        var stage = new PublishServiceStage(workspace.NewRunner(Path.Combine(workspace.Root, "ready-to-run")), workspace.RepositoryRoot);

        var service = await stage.RunAsync("linux-arm64", Token);

        File.Exists(Path.Combine(service.AppDirectory, "libcoreclr.so")).Should().BeTrue();
        workspace.Printed.Should().Contain("Service (linux-arm64): compiled to ReadyToRun and not ahead of time: linux-arm64 cannot be linked on linux-x64.");
    }

    private async Task RequireAheadOfTimeAsync()
    {
        var compilation = await ServiceCompilation.FindAsync("linux-x64", workspace.Runner.Store, Token);
        if (!compilation.IsAheadOfTime)
        {
            MissingPart.Skip($"the service is {compilation.Summary}");
        }
    }
}
