using System.Diagnostics;
using System.Globalization;
using Pipeline.Delivery.Images;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>
/// The process that a test container belongs to, as a label's text: process ID and start time. A process that was killed cannot remove its container; a later run sees that the
/// owner lives no more and does it. The start time tells an owner from a process that got its ID later.
/// </summary>
internal static class ContainerOwner
{
    // The operating system counts start times in ticks since boot; converted to a time of day they waver between readers.
    private const long ToleranceMilliseconds = 2_000;

    /// <summary>This process.</summary>
    public static string Current
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return string.Create(CultureInfo.InvariantCulture, $"{process.Id}-{StartOf(process)}");
        }
    }

    /// <summary>The labels of a container of this process.</summary>
    public static Dictionary<string, string> Labels => new() { [ImageLabels.SmokeTest] = Current, [ImageLabels.SmokeTestHost] = Environment.MachineName };

    /// <summary>False for a text that is no owner: such a container is nobody's.</summary>
    public static bool IsAlive(string owner)
    {
        if (owner.Split('-') is not [var idText, var startText]
            || !int.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(startText, NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            return Math.Abs(StartOf(process) - start) <= ToleranceMilliseconds;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Another user's process: it lives, and more cannot be known.
            return true;
        }
    }

    private static long StartOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds();
}
