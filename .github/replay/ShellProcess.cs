using System.Diagnostics;

namespace Pipeline.WorkflowReplay;

/// <summary>Runs a program and passes on what it says, line by line.</summary>
internal static class ShellProcess
{
    /// <param name="program">Found on the PATH of this process.</param>
    /// <param name="arguments">As they are, without a shell.</param>
    /// <param name="folder">To run in.</param>
    /// <param name="environment">All of it; null for this process's.</param>
    /// <param name="output">Takes both streams.</param>
    public static int Run(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment, TextWriter output)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        var writing = new Lock();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;

        void Write(string? line)
        {
            if (line is not null)
            {
                lock (writing)
                {
                    output.WriteLine(line);
                }
            }
        }
    }
}
