using Pipeline.WorkflowReplay;

// Exit codes: 0 every step that ran ended well; 1 one did not, or the replay itself cannot go on; 64 wrong usage.
try
{
    var options = ReplayOptions.Parse(args);
    using var output = Streams.Output();
    using var machine = ReplayMachine.Create(options.Repository, options.KeepsFolder);
    var report = new Replay(machine, options, output).Run();
    return report.Failed ? 1 : 0;
}
catch (ReplayUsageException e)
{
    using var error = Streams.Error();
    error.WriteLine($"replay: {e.Message}");
    return 64;
}
catch (ReplayException e)
{
    using var error = Streams.Error();
    error.WriteLine($"replay: {e.Message}");
    return 1;
}
