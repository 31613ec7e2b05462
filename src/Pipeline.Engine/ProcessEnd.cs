using System.Runtime.InteropServices;

namespace Pipeline.Engine;

/// <summary>The end of this process without the clean-up of native libraries: a cancelled trainer still runs, and would crash when they take its memory away.</summary>
public static partial class ProcessEnd
{
    /// <summary>Ends the process; on Windows, which ends threads before libraries, it does nothing.</summary>
    public static void AtOnce(int exitCode)
    {
        if (!OperatingSystem.IsWindows())
        {
            Exit(exitCode);
        }
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int exitCode);
}
