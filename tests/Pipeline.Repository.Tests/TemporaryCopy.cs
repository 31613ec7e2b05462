using System.Diagnostics;

namespace Pipeline.Repository.Tests;

/// <summary>A copy of the built tool and its sources, in a path with spaces; times are kept, so that build.sh finds it current.</summary>
internal sealed class TemporaryCopy : IDisposable
{
    public TemporaryCopy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh needs a Unix shell");
        BuildScript.RunAsync("--help").GetAwaiter().GetResult().ExitCode.Should().Be(0, "the tool must be built before it is copied");
        Directory.CreateDirectory(Repository);
        string[] files = ["build.sh", "global.json", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "BannedSymbols.txt", "Pipeline.sln", ".nuke", "build", "src"];
        using var copy = Process.Start(new ProcessStartInfo("cp", ["-a", .. files, Repository]) { WorkingDirectory = RepositoryFolder.Root })!;
        copy.WaitForExit();
        copy.ExitCode.Should().Be(0);
        File.WriteAllText(Path.Combine(Root, "caller.txt"), string.Empty);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("pipeline tests ").FullName;

    public string Repository => Path.Combine(Root, "the repository");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
