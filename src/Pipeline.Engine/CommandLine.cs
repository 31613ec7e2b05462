using System.Diagnostics;
using System.Text;

namespace Pipeline.Engine;

/// <summary>The one place where child processes are started. A process never outlives the call: it is ended with its children on cancellation and on failure.</summary>
public static class CommandLine
{
    private const int TailLines = 20;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Name on PATH or a path.</param>
    /// <param name="arguments">Passed one by one; nothing is split or quoted.</param>
    /// <param name="workingDirectory">The folder to run in.</param>
    /// <param name="cancellationToken">Cancelled: the process and its children are killed.</param>
    /// <param name="environment">Variables to set (or remove, with null) on top of this process's own.</param>
    /// <param name="standardInput">What the process reads; null for nothing.</param>
    /// <param name="outputEncoding">Of what it prints; null for UTF-8, whatever the console's is.</param>
    /// <returns>Standard output.</returns>
    /// <exception cref="PipelineException">The program is not there, or ended with another code than 0; with the tail of what it printed.</exception>
    public static async Task<string> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string workingDirectory,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? standardInput = null,
        Encoding? outputEncoding = null)
    {
        var list = arguments.ToList();
        var start = new ProcessStartInfo(program, list)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = outputEncoding ?? Encoding.UTF8,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        // Read before it is written to: a process that answers while it reads would wait for its reader, and this for it.
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await WriteInputAsync(process, standardInput);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var (outputText, errorText) = (await output, await error);
        if (process.ExitCode != 0)
        {
            throw new PipelineException(ExitCode.ToolError, $"{MachineFault.HintOf(outputText + errorText)}'{program} {string.Join(' ', list)}' ended with exit code {process.ExitCode}.{Environment.NewLine}{Tail(outputText)}{Tail(errorText)}".TrimEnd());
        }

        return outputText;
    }

    /// <summary>Runs a program that may ask the person at the terminal: it has this process's own input and output.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="PipelineException">The program is not there.</exception>
    public static async Task<int> RunOnTerminalAsync(string program, IEnumerable<string> arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        using var process = Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory });
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The last lines of a text, for messages.</summary>
    public static string Tail(string text)
    {
        var lines = text.TrimEnd().Split('\n');
        return lines is [""] ? string.Empty : string.Join('\n', lines.TakeLast(TailLines)) + "\n";
    }

    private static async Task WriteInputAsync(Process process, string? text)
    {
        try
        {
            await process.StandardInput.WriteAsync(text ?? string.Empty);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says why.
        }
    }

    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new PipelineException(ExitCode.ToolError, $"'{start.FileName}' cannot be started: {e.Message}. Is it installed and on PATH?", e);
        }
    }
}
