using System.Runtime.CompilerServices;

namespace Pipeline.Delivery.Tests;

/// <summary>What people read, as it was last reviewed: files under Snapshots.</summary>
internal static class Snapshot
{
    /// <summary>Set to 1 to write snapshots anew; then review their differences.</summary>
    private const string UpdateSwitch = "PIPELINE_UPDATE_SNAPSHOTS";

    public static void ShouldBe(string name, string text)
    {
        var path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        text.Should().Be(File.ReadAllText(path), $"the snapshot is {path}; {UpdateSwitch}=1 writes it anew");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
