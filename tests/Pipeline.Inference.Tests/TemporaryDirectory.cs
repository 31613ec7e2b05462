namespace Pipeline.Inference.Tests;

/// <summary>A directory that goes when the test ends.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("inference test ");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}
