namespace Pipeline.Engine.Tests;

public sealed class CommandLineTests
{
    private static readonly string Folder = Path.GetTempPath();

    [Fact]
    public async Task A_programs_output_comes_back_and_its_arguments_are_not_split()
    {
        var output = await CommandLine.RunAsync("printf", ["%s|", "a b", "c\"d"], Folder, TestContext.Current.CancellationToken);

        output.Should().Be("a b|c\"d|");
    }

    [Fact]
    public async Task A_program_that_answers_while_it_reads_is_given_all_and_gives_all()
    {
        var input = new string('x', 1_000_000);

        var output = await CommandLine.RunAsync("cat", [], Folder, TestContext.Current.CancellationToken, standardInput: input).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        output.Should().Be(input);
    }

    [Fact]
    public async Task Output_is_UTF_8_unless_another_encoding_is_named()
    {
        (await CommandLine.RunAsync("printf", ["é\\351"], Folder, TestContext.Current.CancellationToken)).Should().Be("é\uFFFD");
        (await CommandLine.RunAsync("printf", ["\\351"], Folder, TestContext.Current.CancellationToken, outputEncoding: System.Text.Encoding.Latin1)).Should().Be("é");
    }

    [Fact]
    public async Task A_failure_carries_the_exit_code_and_the_tail_of_both_streams()
    {
        var run = () => CommandLine.RunAsync("sh", ["-c", "echo to output; echo to error >&2; exit 7"], Folder, TestContext.Current.CancellationToken);

        (await run.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain("exit code 7").And.Contain("to output").And.Contain("to error");
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        var run = () => CommandLine.RunAsync("no-such-program", [], Folder, TestContext.Current.CancellationToken);

        (await run.Should().ThrowAsync<PipelineException>()).Which.Message.Should().Contain("no-such-program").And.Contain("PATH");
    }

    [Fact]
    public async Task Cancellation_ends_the_program_and_its_children()
    {
        using var cancellation = new CancellationTokenSource();
        var pipe = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        var started = pipe + ".started";
        var run = CommandLine.RunAsync("sh", ["-c", $"mkfifo {pipe}; (touch {started}; read line < {pipe}) & wait"], Folder, cancellation.Token);
        while (!File.Exists(started))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await cancellation.CancelAsync();

        var act = () => run;
        await act.Should().ThrowAsync<OperationCanceledException>();

        // Who writes to a pipe waits for its reader: for ever, if the child was ended too.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var write = () => CommandLine.RunAsync("sh", ["-c", $"echo line > {pipe}"], Folder, patience.Token);
        await write.Should().ThrowAsync<OperationCanceledException>();
    }
}
