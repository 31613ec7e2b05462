using System.Runtime.InteropServices;

namespace Pipeline.Inference.Hosting;

/// <summary>Lets other threads of the process go first. .NET's priorities do nothing on Linux, where a thread can be nice by itself.</summary>
internal static partial class ThreadNiceness
{
    /// <summary>Makes the calling thread nice, on Linux.</summary>
    /// <param name="niceness">1 to 19: a thread that is nice by 5 gets a third of the time of one that is not, by 10 a tenth; and one that is not interrupts it when it wakes.</param>
    public static void Set(int niceness)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(which: 0, who: 0, niceness);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
