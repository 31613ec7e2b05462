using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;

/// <summary>
/// Runs in a child process before its Main, when DOTNET_STARTUP_HOOKS names this assembly: starts ONNX Runtime as it comes and waits for its uploader. The runtime
/// demands this name, outside any namespace.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime demands it.")]
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "The runtime calls it.")]
[SuppressMessage("Style", "IDE0130:Namespace does not match folder structure", Justification = "The runtime demands it.")]
internal static class StartupHook
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Initialize()
    {
        _ = OrtEnv.Instance();
        Thread.Sleep(TimeSpan.FromSeconds(9));
    }
}
