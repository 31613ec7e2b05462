using Pipeline.Engine;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Spectre.Console;

namespace Pipeline.Delivery.Tests;

/// <summary>A store and a log in a folder whose name needs quoting, for tests that run stages.</summary>
internal sealed class StageFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("stage's [1] ");
    private readonly Lines _lines = new();
    private readonly StringWriter _console = new();
    private readonly Logger _logger;

    /// <param name="clock">For the log; null for the system's.</param>
    /// <param name="isTerminal">True if a person watches.</param>
    public StageFixture(TimeProvider? clock = null, bool isTerminal = false)
    {
        _logger = new LoggerConfiguration().WriteTo.Sink(_lines).CreateLogger();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(_console),
        });
        console.Profile.Width = 400;
        Runner = new StageRunner(new RunStore(Artifacts, TimeProvider.System), new RunLog(_logger, console, clock ?? TimeProvider.System));
    }

    public string Root => _root.FullName;

    public string Artifacts => Path.Combine(Root, "artifacts");

    public StageRunner Runner { get; }

    public IReadOnlyList<string> Log => _lines.All;

    /// <summary>What came beside log lines: tables, the progress line.</summary>
    public string Printed => _console.ToString();

    /// <summary>The cells of the last table that was printed, without its header.</summary>
    public IReadOnlyList<string[]> LastTable()
    {
        var lines = Printed.Split('\n').Select(line => line.TrimEnd()).ToList();
        return [.. lines.Skip(lines.FindLastIndex(line => line.StartsWith('├')) + 1)
            .TakeWhile(line => line.StartsWith('│'))
            .Select(line => line.Trim('│').Split('│', StringSplitOptions.TrimEntries))];
    }

    /// <summary>What the store holds, lock files aside, and what a killed run would leave.</summary>
    public IReadOnlyList<string> Stored => [.. new[] { "store", "tmp" }.SelectMany(folder => Directory.EnumerateFileSystemEntries(Path.Combine(Artifacts, folder), "*", SearchOption.AllDirectories))];

    public void Dispose()
    {
        _logger.Dispose();
        _console.Dispose();
        _root.Delete(recursive: true);
    }

    private sealed class Lines : ILogEventSink
    {
        public List<string> All { get; } = [];

        public void Emit(LogEvent logEvent) => All.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
