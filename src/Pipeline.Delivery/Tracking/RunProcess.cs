using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Pipeline.Delivery.Tracking;

/// <summary>The process that a run belongs to, as a tag: a run whose process is gone no longer runs, whatever its status says.</summary>
internal static class RunProcess
{
    /// <summary>Machine, process id, and when the process started: ids are used again.</summary>
    public static string Current()
    {
        using var process = Process.GetCurrentProcess();
        return TextOf(process);
    }

    /// <summary>True if it was a process of this machine that is no more. Of other machines nothing can be told.</summary>
    public static bool IsGone(string? tag)
    {
        if (tag?.Split(' ') is not [var machine, var id, _] || machine != Environment.MachineName || !int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return TextOf(process) != tag;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended while it was asked, or belongs to somebody else.
            return e is InvalidOperationException;
        }
    }

    private static string TextOf(Process process) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName} {process.Id} {new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds()}");
}
