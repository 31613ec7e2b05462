using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage;

/// <summary>
/// ONNX Runtime's process-wide environment, made so that it keeps to itself. Official builds from 1.29 on carry an uploader (HTTPS to the vendor, a device id and a
/// database under the user's cache folder) that is on by default, starts with the environment, and that the API can only quieten afterwards.
/// </summary>
public static partial class OnnxRuntimeEnvironment
{
    /// <summary>The native library's own switch, read once while it starts.</summary>
    public const string TelemetrySwitch = "ORT_DISABLE_TELEMETRY";

    private static readonly Lazy<string> StartedVersion = new(Start);
    private static readonly Lazy<bool> TelemetryIsOff = new(SwitchTelemetryOff);

    /// <summary>Version of the native library. Starts it, without telemetry, if it has not been started.</summary>
    public static string Version => StartedVersion.Value;

    /// <summary>Starts ONNX Runtime without telemetry. Whatever else uses the library must come after this call. Idempotent and thread-safe.</summary>
    public static void EnsureStarted() => _ = StartedVersion.Value;

    /// <summary>Starts ONNX Runtime on a thread of the pool: loading 30 MB of native code takes as long as a web server's start, and can go on beside it.</summary>
    /// <returns>Ends when it has started. What fails is told to the next caller of <see cref="EnsureStarted"/>, too.</returns>
    public static Task StartInBackground()
    {
        // Here and not over there: the C library's environment must not change while another thread reads it.
        _ = TelemetryIsOff.Value;
        return Task.Run(EnsureStarted);
    }

    private static string Start()
    {
        _ = TelemetryIsOff.Value;
        var environment = OrtEnv.Instance();

        // For builds that don't know the switch (Windows trace logging).
        environment.DisableTelemetryEvents();
        return environment.GetVersionString();
    }

    private static bool SwitchTelemetryOff()
    {
        SetForNativeCode(TelemetrySwitch, "1");
        return true;
    }

    // On Unix, .NET keeps its own copy of the environment: Environment.SetEnvironmentVariable does not reach a native library's getenv.
    private static void SetForNativeCode(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows() && SetEnvironment(name, value, overwrite: 1) != 0)
        {
            throw new InvalidOperationException($"{name} cannot be set: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
