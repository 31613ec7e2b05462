using Pipeline.Delivery.Images;

namespace Pipeline.Delivery.Tests.Images;

public sealed class ServiceCompilationTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_machine_without_a_c_compiler_compiles_to_ready_to_run_and_says_why()
    {
        var compilation = await FindAsync(ModelDelivery.HostRuntimeIdentifier, "no-such-clang", "no-such-gcc");

        compilation.IsAheadOfTime.Should().BeFalse();
        compilation.Key.Should().Be("ready to run");
        compilation.Summary.Should().StartWith("compiled to ReadyToRun and not ahead of time: no C compiler was found (no-such-clang or no-such-gcc). It starts in about 400 ms instead of 50 and takes twice the memory.");
    }

    [Fact]
    public async Task A_compiler_that_cannot_link_is_told_with_what_it_said()
    {
        var compilation = await FindAsync(ModelDelivery.HostRuntimeIdentifier, "no-such-clang", "false");

        compilation.IsAheadOfTime.Should().BeFalse();
        compilation.Summary.Should().Contain("the C compiler does not link a program ('false ").And.Contain("exit code 1").And.Contain("libc6-dev").And.NotContain("\n");
    }

    [Fact]
    public async Task Another_processor_is_compiled_to_ready_to_run()
    {
        var other = ModelDelivery.HostRuntimeIdentifier == "linux-arm64" ? "linux-x64" : "linux-arm64";

        var compilation = await FindAsync(other, "gcc");

        compilation.IsAheadOfTime.Should().BeFalse();
        compilation.Summary.Should().Contain($"{other} cannot be linked on {ModelDelivery.HostRuntimeIdentifier}");
    }

    [Fact]
    public async Task The_key_names_the_versions_of_compiler_and_linker()
    {
        var compilation = await FindAsync(ModelDelivery.HostRuntimeIdentifier, "no-such-clang", "gcc");

        Assert.SkipUnless(compilation.IsAheadOfTime, compilation.Summary);
        compilation.Compiler.Should().Be("gcc");
        compilation.Key.Should().StartWith("ahead of time, gcc ").And.Contain("GNU ld ").And.Contain("GNU objcopy ");
        Directory.EnumerateFileSystemEntries(Path.Combine(_fixture.Root, "artifacts", "tmp")).Should().BeEmpty("the trial is taken away");
    }

    private Task<ServiceCompilation> FindAsync(string runtimeIdentifier, params string[] compilers) => ServiceCompilation.FindAsync(runtimeIdentifier, compilers, _fixture.Runner.Store, Token);
}
