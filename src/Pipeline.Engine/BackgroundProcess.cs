using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pipeline.Engine;

/// <summary>
/// A program that runs beside the pipeline, such as a service under test. It is killed with its children on disposal. Its standard input stays open as long as this process
/// lives, so that a program which watches for the end of its input also stops when the pipeline itself is killed. Thread-safe.
/// </summary>
public sealed partial class BackgroundProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private const int LogLines = 200;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Queue<string> _log = new();

    private readonly Action<string>? _onLine;

    private BackgroundProcess(Process process, Action<string>? onLine)
    {
        _process = process;
        _onLine = onLine;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Both streams' last lines, in the order in which they came.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_gate)
            {
                return [.. _log];
            }
        }
    }

    /// <param name="program">Name on PATH or a path.</param>
    /// <param name="arguments">Passed one by one; nothing is split or quoted.</param>
    /// <param name="workingDirectory">The folder to run in.</param>
    /// <param name="environment">Variables to set (or remove, with null) on top of this process's own.</param>
    /// <param name="onLine">Called with each line of either stream, one at a time; null for nobody.</param>
    /// <exception cref="PipelineException">The program cannot be started.</exception>
    public static BackgroundProcess Start(
        string program, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string?>? environment = null, Action<string>? onLine = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return new BackgroundProcess(CommandLine.Start(start), onLine);
    }

    /// <summary>Waits until the process ends by itself, or cancellation.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks the process to end (SIGTERM; on Windows, which has none, the end of its input) and waits.</summary>
    /// <returns>The exit code; null if it still runs after <paramref name="patience"/>.</returns>
    public async Task<int?> TerminateAsync(TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            _process.StandardInput.Close();
        }
        else if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SignalTerminate);
        }

        using var timeout = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _process.WaitForExitAsync(either.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _log.Enqueue(line);
            if (_log.Count > LogLines)
            {
                _log.Dequeue();
            }

            _onLine?.Invoke(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
