using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Pipeline.Inference.Tests;

/// <summary>The real service as a child process, killed at the latest when the test ends.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _error;
    private readonly Task _reading;

    private ServiceProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        _reading = ReadOutputAsync();
    }

    public static string Assembly => Path.Combine(AppContext.BaseDirectory, "inference.dll");

    public Process Process => _process;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <param name="arguments">Arguments of the service.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="wrapper">A program with its arguments that runs the service, such as strace.</param>
    public static ServiceProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, IEnumerable<string>? wrapper = null)
    {
        string[] command = [.. wrapper ?? [], "dotnet", Assembly, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in new[] { "MODEL_PACKAGE", "MODEL_DIGEST", "MODEL_KEY", "PORT", "ADDRESS", "METRICS_PORT", "DRAIN_SECONDS", "API_KEYS", "API_KEY_FILE", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" })
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ServiceProcess(Process.Start(start)!);
    }

    /// <summary>Runs the service to its end.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var service = Start(arguments, environment);
        return await service.ExitAsync();
    }

    /// <summary>Waits for a line of standard output that contains the text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        using var timeout = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The service ended without '{text}'. {Output}{await _error}");
    }

    /// <summary>Waits until the service listens.</summary>
    public async Task<Uri> AddressAsync() => new(Address().Match(await LineWithAsync("listening on http://")).Value);

    /// <summary>A client of the service, whose failures tell how the service was.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client disposes of its handler.")]
    [SuppressMessage("Security", "CA5399:Enable HttpClient certificate revocation list check", Justification = "The handler enables it.")]
    public async Task<HttpClient> ClientAsync() => new(new FaultTeller(this)) { BaseAddress = await AddressAsync() };

    /// <summary>Whether it runs, and what it has said: for messages.</summary>
    public async Task<string> StateAsync()
    {
        // A process that crashed has closed its connections before it is gone.
        using var moment = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await _process.WaitForExitAsync(moment.Token);
        }
        catch (OperationCanceledException)
        {
            return $"The service runs. {Output}";
        }

        return $"The service has ended with exit code {_process.ExitCode}. {Output}{await _error}";
    }

    /// <summary>Waits for the end.</summary>
    public async Task<(int ExitCode, string Error)> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(timeout.Token);
        await _reading;
        return (_process.ExitCode, await _error);
    }

    /// <summary>Sends a signal; 15 is SIGTERM, 2 is SIGINT.</summary>
    public void Signal(int number) => Kill(_process.Id, number).Should().Be(0);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }

            await _lines.Writer.WriteAsync(line);
        }

        _lines.Writer.Complete();
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Address();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
