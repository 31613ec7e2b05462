using Serilog;
using Serilog.Core;
using Serilog.Events;
using Spectre.Console;

namespace Pipeline.Engine.Tests;

public sealed class RunLogTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void On_a_terminal_a_log_line_takes_the_progress_lines_place_and_that_comes_back_below()
    {
        var log = NewLog(interactive: true);

        log.Redraw("Train: 10 %");
        log.Info("one trainer is done");
        log.Redraw(string.Empty);

        _output.ToString().Should().Be("\r\u001b[2KTrain: 10 %\r\u001b[2Kone trainer is done\nTrain: 10 %\r\u001b[2K");
    }

    [Fact]
    public void The_same_progress_line_is_drawn_once()
    {
        var log = NewLog(interactive: true);

        log.Redraw("Train: 10 %");
        log.Redraw("Train: 10 %");

        _output.ToString().Should().Be("\r\u001b[2KTrain: 10 %");
    }

    [Fact]
    public void A_progress_line_is_cut_to_the_window()
    {
        var log = NewLog(interactive: true, width: 11);

        log.Redraw("Train: 10 %, 3 s left");

        _output.ToString().Should().Be("\r\u001b[2KTrain: 10 ");
    }

    [Fact]
    public void Fields_are_aligned_and_never_wrapped()
    {
        var log = NewLog(interactive: false);
        var path = new string('x', 300);

        log.Fields([("a", path), ("longer", "value")]);

        _output.ToString().Should().Be($"  a       {path}\n  longer  value\n");
    }

    [Fact]
    public void A_tables_cells_are_text_and_no_markup()
    {
        var log = NewLog(interactive: false);

        log.Table(["name"], [["[red]cell[/]"]]);

        _output.ToString().Should().Contain("[red]cell[/]");
    }

    private RunLog NewLog(bool interactive, int width = 80)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = interactive ? AnsiSupport.Yes : AnsiSupport.No,
            Interactive = interactive ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(_output),
        });
        console.Profile.Width = width;
        var logger = new LoggerConfiguration().WriteTo.Sink(new LineSink(_output)).CreateLogger();
        return new RunLog(logger, console, TimeProvider.System);
    }

    private sealed class LineSink(TextWriter output) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => output.Write(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture) + "\n");
    }
}
