using Serilog;
using Spectre.Console;

namespace Pipeline.Engine;

/// <summary>Where a run speaks: log lines, tables, and a progress line that is redrawn on a terminal and printed now and then elsewhere. Thread-safe.</summary>
public sealed class RunLog(ILogger logger, IAnsiConsole console, TimeProvider clock)
{
    private const string EraseLine = "\r\u001b[2K";

    private readonly Lock _gate = new();
    private string _progress = string.Empty;

    public TimeProvider Clock { get; } = clock;

    /// <summary>True if a person may be watching: progress is redrawn in place.</summary>
    public bool IsInteractive => console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi;

    public void Info(string message) => Write(() => logger.Information("{Message:l}", message));

    public void Warn(string message) => Write(() => logger.Warning("{Message:l}", message));

    public void Error(string message) => Write(() => logger.Error("{Message:l}", message));

    /// <summary>Prints a table whose cells are plain text (no markup is interpreted).</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var header in headers)
        {
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        Write(() => console.Write(table));
    }

    /// <summary>Prints names and values, one pair a line, aligned and never wrapped, so that paths and digests can be copied.</summary>
    public void Fields(IReadOnlyList<(string Name, string Value)> fields)
    {
        var width = fields.Max(field => field.Name.Length);
        foreach (var (name, value) in fields)
        {
            Info($"  {name.PadRight(width)}  {value}");
        }
    }

    /// <summary>Asks the person at the terminal; only where there is one.</summary>
    /// <returns>What was typed; may be empty.</returns>
    public string Ask(string question)
    {
        lock (_gate)
        {
            return console.Prompt(new TextPrompt<string>(Markup.Escape(question)).AllowEmpty());
        }
    }

    /// <summary>Starts a progress display; dispose it when the work ends.</summary>
    public ProgressLine StartProgress(string what) => new(this, what);

    /// <summary>Puts a line in the place of the one drawn before, cut to the window: a wrapped one could not be taken back. An empty one takes it away.</summary>
    internal void Redraw(string line)
    {
        lock (_gate)
        {
            var shown = line[..Math.Min(line.Length, Math.Max(console.Profile.Width - 1, 0))];
            if (shown != _progress)
            {
                _progress = shown;
                console.Write(new ControlCode(EraseLine + shown));
            }
        }
    }

    private void Write(Action write)
    {
        lock (_gate)
        {
            // A progress line gives way to what is there to stay, and comes back below it.
            if (_progress.Length > 0)
            {
                console.Write(new ControlCode(EraseLine));
            }

            write();
            if (_progress.Length > 0)
            {
                console.Write(new ControlCode(_progress));
            }
        }
    }
}
