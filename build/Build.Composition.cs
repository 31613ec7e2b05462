using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Nuke.Common;
using Nuke.Common.Utilities.Collections;
using Pipeline.Delivery;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Serilog;
using Spectre.Console;

/// <summary>Where the run starts and ends: usage is checked before it, artifacts pass through it, signals and faults end it with one exit code.</summary>
sealed partial class Build
{
    readonly CancellationTokenSource _stop = new();
    // Static, as Main must know of it when the build is gone.
    static long? s_stoppedAt;
    readonly Lock _stopping = new();
    int? _signalCode;

    public static int Main(string[] args)
    {
        if (UsageCheck.FindFault(args) is { } fault)
        {
            Console.Error.WriteLine(fault);
            return (int)Pipeline.Engine.ExitCode.Usage;
        }

        LetGoOfLog();
        var exitCode = ExecuteAndSay();
        if (s_stoppedAt is not null)
        {
            ProcessEnd.AtOnce(exitCode);
        }

        return exitCode;
    }

    /// <summary>Runs the targets; output that cannot be written, to a full disk perhaps, is told on the other stream.</summary>
    static int ExecuteAndSay()
    {
        try
        {
            return Execute<Build>(build => build.Promote);
        }
        catch (IOException e)
        {
            Console.Error.WriteLine($"The output cannot be written: {e.Message}");
            return (int)Pipeline.Engine.ExitCode.ToolError;
        }
    }

    /// <summary>NUKE empties its log when it starts, and fails if another run, Serve perhaps, has it open. That run keeps the file that it has.</summary>
    static void LetGoOfLog()
    {
        try
        {
            File.Delete(".nuke/temp/build.log");
        }
        catch (IOException)
        {
            // Windows does not let go; NUKE says so itself.
        }
    }

    Dataset Dataset { get => Made(field); set; }

    CandidateModel Candidate { get => Made(field); set; }

    CandidateEvaluation Evaluation { get => Made(field); set; }

    GatePass GatePass { get => Made(field); set; }

    DeliveryPackage DeliveryPackage { get => Made(field); set; }

    SmokePass SmokePass { get => Made(field); set; }

    ModelDelivery Delivery => field ??= ModelDelivery.Create(Options, RunLog);

    DeliveryOptions Options => new(RootDirectory, Given(Model), Given(Stage), Given(Registry), Given(BaseImageReference), NoDocker)
    {
        Decision = new DecisionOptions(Given(Reason), Yes, FromCaller(SshKey)),
        PolicyReference = Given(PolicyRef),
        DeploymentReviews = FromCaller(DeploymentReviews),
        ModelSigningKey = ModelSigningKeyPath,
        Force = Given(Force),
        Tracking = NoTracking ? null : TrackingSettings.Read(Environment.GetEnvironmentVariable),
        Compare = ExecutionPlan.Any(target => target.Name == nameof(Compare)) ? new CompareOptions(Given(With), Given(And)) : null,
        Waive = ExecutionPlan.Any(target => target.Name == nameof(Waive)) ? WaiveOptions.Parse(Given(WaivedGate), Given(Reason), Given(Expires), DateOnly.FromDateTime(DateTime.UtcNow)) : null,
    };

    RunLog RunLog => field ??= new RunLog(Log.Logger, CreateConsole(), TimeProvider.System);

    /// <summary>Asked before anything runs: what is wrong with settings or usage is told by the target that then runs.</summary>
    bool TryTakesWhatRuns()
    {
        try
        {
            return Delivery.TakesWhatRuns;
        }
        catch (PipelineException)
        {
            return false;
        }
    }

    static IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            // Nobody's window is narrow here, and a log with wrapped cells is hard to read.
            console.Profile.Width = 160;
        }

        return console;
    }

    protected override void OnBuildInitialized()
    {
        // Ctrl-C goes through Console, as NUKE's own handler does: only there does one handler's "do not die yet" hold for both.
        Console.CancelKeyPress += (_, press) => press.Cancel = Stop(PosixSignal.SIGINT, 130);
        foreach (var (signal, code) in new[] { (PosixSignal.SIGTERM, 143), (PosixSignal.SIGHUP, 129) })
        {
            // Lives as long as the process does.
            _ = _signals.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = Stop(signal, code)));
        }
    }

    readonly HashSet<PosixSignalRegistration> _signals = [];

    /// <summary>Every target's work goes through here, so that whatever ends it, the message and the exit code are the same on both engines.</summary>
    async Task Run(Func<CancellationToken, Task> work)
    {
        try
        {
            _stop.Token.ThrowIfCancellationRequested();
            await work(_stop.Token);
        }
        catch (PipelineException e)
        {
            throw Ended((int)e.ExitCode, e.ExitCode.ToString(), e.Message);
        }
        catch (OperationCanceledException) when (_signalCode is { } code)
        {
            throw Ended(code, "Cancelled", "Cancelled; what was started has been ended.");
        }
        catch (Exception e) when (RunFault.Of(e) is { } fault)
        {
            throw Ended((int)fault.ExitCode, fault.ExitCode.ToString(), fault.Message);
        }
        catch (Exception) when (SetToolError())
        {
            throw;
        }
    }

    TargetEndedException Ended(int exitCode, string kind, string message)
    {
        ExitCode = exitCode;
        Log.Error("{Message:l}", message);
        // NUKE closes the books in its own Ctrl-C handler; then there is no running target left to report on.
        if (RunningTargets.Count > 0)
        {
            ReportSummary(summary => summary.AddPair(kind, message.Split('\n')[0].TrimEnd()));
        }

        return new TargetEndedException(message);
    }

    /// <summary>A filter, so that an unforeseen exception keeps its stack for the report of a bug.</summary>
    bool SetToolError()
    {
        ExitCode = (int)Pipeline.Engine.ExitCode.ToolError;
        return true;
    }

    /// <summary>The first signal lets the target clean up; a later one ends the process at once. One press may come as two, to the process and to its group.</summary>
    bool Stop(PosixSignal signal, int exitCode)
    {
        lock (_stopping)
        {
            if (s_stoppedAt is { } stoppedAt)
            {
                return TimeProvider.System.GetElapsedTime(stoppedAt) < TimeSpan.FromSeconds(1);
            }

            s_stoppedAt = TimeProvider.System.GetTimestamp();
            _signalCode = exitCode;
        }

        Log.Warning("{Signal}: stopping; once more ends at once.", signal);
        _stop.Cancel();
        return true;
    }

    /// <summary>An artifact that an earlier target made; --skip may have left it out.</summary>
    static T Made<T>([NotNull] T? artifact)
        where T : class =>
        artifact ?? throw new PipelineException(Pipeline.Engine.ExitCode.Usage, $"There is no {typeof(T).Name}: the target that makes it was skipped. Run again without --skip; unchanged stages are restored.");
}
