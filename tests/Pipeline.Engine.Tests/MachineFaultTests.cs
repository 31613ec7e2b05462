namespace Pipeline.Engine.Tests;

/// <summary>What the machine refuses ends in a message, neither in a stack trace nor in waiting.</summary>
public sealed class MachineFaultTests
{
    [Fact]
    public void A_full_disk_is_said_to_be_full()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this machine has no /dev/full");
        Action write = () => File.WriteAllText("/dev/full", "text");

        var fault = MachineFault.Of(write.Should().Throw<IOException>().Which);

        fault!.ExitCode.Should().Be(ExitCode.ToolError);
        fault.Message.Should().StartWith("The disk is full: ").And.Contain("/dev/full").And.Contain("run again");
    }

    [Fact]
    public async Task A_child_that_finds_the_disk_full_is_said_to()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this machine has no /dev/full");
        Func<Task> run = () => CommandLine.RunAsync("sh", ["-c", "head -c 1 /dev/zero > /dev/full"], "/", TestContext.Current.CancellationToken, new Dictionary<string, string?> { ["LC_ALL"] = "C" });

        (await run.Should().ThrowAsync<PipelineException>()).Which.Message.Should().StartWith("The disk is full.");
    }

    [Fact]
    public void A_fault_of_the_pipeline_keeps_its_stack() => MachineFault.Of(new InvalidOperationException("bug")).Should().BeNull();

    [Fact]
    public async Task A_lock_file_that_cannot_be_opened_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right there");
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "itself.lock");
            File.CreateSymbolicLink(path, path);
            Func<Task> acquire = () => FileLock.AcquireAsync(path, TimeProvider.System, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

            await acquire.Should().ThrowAsync<IOException>();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
