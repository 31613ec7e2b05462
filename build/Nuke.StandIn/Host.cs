using System.Globalization;
using Nuke.Common.Execution;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace Nuke.Common;

/// <summary>The console: log lines, headers, and the table at the end, as NUKE prints them.</summary>
public sealed class Host(string name) : ILogEventSink
{
    private const string Template = "{Timestamp:HH:mm:ss} [{Level:u3}] {Message:l}{NewLine}{Exception}";

    private readonly List<(string Target, LogEvent Event)> _faults = [];
    private string _target = string.Empty;

    private static bool HasColours => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { } term && term != "dumb";

    private bool IsGitHub { get; } = string.Equals(name, "GitHubActions", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where the run is: GitHub's runner or a terminal.</summary>
    internal static string Detect() => Environment.GetEnvironmentVariable("GITHUB_ACTIONS") is null ? "Terminal" : "GitHubActions";

    internal static void Debug(string line = "") => Console.WriteLine(line);

    internal void ConfigureLog(Verbosity verbosity)
    {
        var level = new LoggingLevelSwitch(verbosity switch
        {
            Verbosity.Verbose => LogEventLevel.Verbose,
            Verbosity.Minimal => LogEventLevel.Warning,
            Verbosity.Quiet => LogEventLevel.Error,
            _ => LogEventLevel.Debug,
        });
        Log.Logger = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, levelSwitch: level, theme: HasColours ? AnsiConsoleTheme.Code : ConsoleTheme.None)
            .WriteTo.Sink(this, LogEventLevel.Warning)
            .CreateLogger();
    }

    /// <summary>Keeps warnings and errors for the end.</summary>
    public void Emit(LogEvent logEvent)
    {
        _faults.Add((_target, logEvent));
        if (IsGitHub)
        {
            Debug($"::{(logEvent.Level == LogEventLevel.Warning ? "warning" : "error")}::{logEvent.RenderMessage(CultureInfo.InvariantCulture).ReplaceLineEndings("%0A")}");
        }
    }

    internal void StartTarget(string target)
    {
        _target = target;
        WriteHeader(target);
    }

    internal void EndTarget()
    {
        _target = string.Empty;
        if (IsGitHub)
        {
            Debug("::endgroup::");
        }
    }

    internal void WriteOutcome(IReadOnlyList<ExecutableTarget> plan, bool succeeded)
    {
        WriteFaults();
        WriteTable(plan);
        Debug();
        var now = TimeProvider.System.GetLocalNow().DateTime.ToString(CultureInfo.CurrentCulture);
        Write(succeeded ? ConsoleColor.Green : ConsoleColor.Red, succeeded ? $"Build succeeded on {now}. ＼（＾ᴗ＾）／" : $"Build failed on {now}. (╯°□°）╯︵ ┻━┻");
    }

    private static void Write(ConsoleColor colour, string line)
    {
        Console.WriteLine(HasColours ? $"\u001b[{(colour switch { ConsoleColor.Green => 32, ConsoleColor.Yellow => 33, ConsoleColor.Cyan => 36, _ => 31 })};1m{line}\u001b[0m" : line);
    }

    private static void WriteTable(IReadOnlyList<ExecutableTarget> plan)
    {
        var first = Math.Max(plan.Max(target => target.Name.Length) + 4, 19);
        string Line(string target, string status, string duration) => target.PadRight(first) + status.PadRight(10) + duration.PadLeft(10);

        Debug();
        Debug(new string('═', first + 20));
        Write(ConsoleColor.Cyan, Line("Target", "Status", "Duration"));
        Debug(new string('─', first + 20));
        foreach (var target in plan)
        {
            var ran = target.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed;
            var summary = target.Summary.Count == 0 ? string.Empty : $"   // {string.Join(", ", target.Summary.Select(pair => $"{pair.Key}: {pair.Value}"))}";
            var colour = target.Status switch { ExecutionStatus.Succeeded => ConsoleColor.Green, ExecutionStatus.Failed => ConsoleColor.Red, _ => ConsoleColor.Yellow };
            Write(colour, Line(target.Name, target.Status.ToString(), ran ? Duration(target.Stopwatch.Elapsed) : string.Empty) + summary);
        }

        Debug(new string('─', first + 20));
        Write(ConsoleColor.Cyan, Line("Total", string.Empty, Duration(plan.Aggregate(TimeSpan.Zero, (sum, target) => sum + target.Stopwatch.Elapsed))));
        Debug(new string('═', first + 20));
    }

    private static string Duration(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? "< 1sec" : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time:ss}");

    private void WriteHeader(string title)
    {
        if (IsGitHub)
        {
            Debug($"::group::{title}");
            return;
        }

        Debug();
        Debug("╬" + new string('═', title.Length + 5));
        Debug($"║ {title}");
        Debug("╬" + new string('═', Math.Max(title.Length - 4, 2)));
        Debug();
    }

    private void WriteFaults()
    {
        if (_faults.Count == 0)
        {
            return;
        }

        WriteHeader("Errors & Warnings");
        foreach (var (target, fault) in _faults)
        {
            Write(fault.Level == LogEventLevel.Warning ? ConsoleColor.Yellow : ConsoleColor.Red, $"[{(fault.Level == LogEventLevel.Warning ? "WRN" : "ERR")}] {target}: {fault.RenderMessage(CultureInfo.InvariantCulture)}");
        }

        EndTarget();
    }
}
