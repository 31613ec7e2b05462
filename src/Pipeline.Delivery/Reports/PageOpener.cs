using System.ComponentModel;
using System.Diagnostics;

namespace Pipeline.Delivery.Reports;

/// <summary>Shows a page in the browser that its reader prefers.</summary>
internal static class PageOpener
{
    /// <param name="path">An HTML file.</param>
    /// <returns>Null if the desktop took it; why not, on a machine without one.</returns>
    public static string? WhyNotOpened(string path)
    {
        try
        {
            // The shell's own way: xdg-open on Linux, open on macOS, the file's association on Windows.
            using var process = Process.Start(new ProcessStartInfo(path) { UseShellExecute = true });
            return null;
        }
        catch (Win32Exception e)
        {
            return e.Message;
        }
    }
}
