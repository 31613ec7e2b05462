using System.Runtime.CompilerServices;

namespace Pipeline.Delivery.Tests;

/// <summary>Where the repository's own files lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string Models => Path.Combine(Root, "models");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
