using System.ComponentModel;
using System.Diagnostics;

namespace Pipeline.Delivery.Reports;

/// <summary>Shows a page in the browser that its reader prefers.</summary>
internal static class PageOpener
{
    // Without a browser xdg-open gives up within moments; with one it may stay until that is closed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="path">An HTML file.</param>
    /// <returns>Null if the desktop took it; why not, on a machine without one.</returns>
    public static string? WhyNotOpened(string path)
    {
        try
        {
            // The shell's own way: xdg-open on Linux, open on macOS, the file's association on Windows.
            using var process = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
            return process is not null && process.WaitForExit(Patience) && process.ExitCode != 0 ? FormattableString.Invariant($"exit code {process.ExitCode}") : null;
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}
