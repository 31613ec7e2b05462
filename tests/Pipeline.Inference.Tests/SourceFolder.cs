namespace Pipeline.Inference.Tests;

/// <summary>The sources that the tests were built from.</summary>
internal static class SourceFolder
{
    private static readonly string Root = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException($"There is no Pipeline.sln above {AppContext.BaseDirectory}.");
    }
}
