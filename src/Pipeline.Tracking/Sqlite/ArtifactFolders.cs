namespace Pipeline.Tracking.Sqlite;

/// <summary>The artifacts of runs on this machine's disk: those of this pipeline below the repository, and those of MLflow wherever it has put them.</summary>
internal sealed class ArtifactFolders(string directory)
{
    private static readonly EnumerationOptions AllFiles = new() { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };

    public static string OfExperiment(long experiment) => FormattableString.Invariant($"mlruns/{experiment}");

    public static string OfRun(long experiment, string runId) => $"{OfExperiment(experiment)}/{runId}/artifacts";

    /// <summary>Copies a file beside its place and puts it there whole.</summary>
    public async Task WriteAsync(string uri, string path, string file, CancellationToken cancellationToken)
    {
        var folder = Folder(uri);
        var target = ArtifactPath.In(folder, path);
        await using var source = OpenLocal(file);
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, $"{ArtifactPath.Unfinished}{Guid.NewGuid():N}");
        try
        {
            CheckKinds(folder, path, target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using (var copy = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await source.CopyToAsync(copy, cancellationToken);
                await copy.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(copy.SafeFileHandle);
            }

            File.Move(unfinished, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Unreachable, $"The artifact {target} cannot be written: {e.Message} Make room for it, or give yourself the right to write there; then repeat the command.", e);
        }
        finally
        {
            Discard(unfinished);
        }
    }

    public List<string> List(string uri)
    {
        var folder = Folder(uri);
        try
        {
            return !Directory.Exists(folder)
                ? []
                : [.. Directory.EnumerateFiles(folder, "*", AllFiles)
                    .Where(file => !Path.GetFileName(file).StartsWith(ArtifactPath.Unfinished, StringComparison.Ordinal))
                    .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'))
                    .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Unreachable, $"The artifacts in {folder} cannot be listed: {e.Message}", e);
        }
    }

    public FileStream Open(string uri, string path)
    {
        var file = ArtifactPath.In(Folder(uri), path);
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || (e is UnauthorizedAccessException && Directory.Exists(file)))
        {
            throw new TrackingException(TrackingFault.Refused, $"The run has no artifact {path}: there is no file {file}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Unreachable, $"The artifact {file} cannot be read: {e.Message}", e);
        }
    }

    // MLflow writes plain paths or file: URIs for folders of this machine; everything else is somewhere else.
    private string Folder(string uri)
    {
        if (uri.StartsWith("file:///", StringComparison.OrdinalIgnoreCase))
        {
            // A blank, '#' or '?' may stand unescaped in what MLflow wrote before 2.0.
            return Uri.UnescapeDataString(OperatingSystem.IsWindows() ? uri["file:///".Length..] : uri["file://".Length..]);
        }

        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return uri.Length > 0 && (colon < 2 || uri.AsSpan(0, colon).ContainsAny('/', '\\'))
            ? Path.GetFullPath(uri, directory)
            : throw new TrackingException(TrackingFault.Refused, $"The run's artifacts are at '{uri}', not on this machine's disk. Set MLFLOW_TRACKING_URI to the server that the run was logged to.");
    }

    private static FileStream OpenLocal(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Refused, $"The file {file} cannot be logged: {e.Message}", e);
        }
    }

    private static void CheckKinds(string folder, string path, string target)
    {
        if (Directory.Exists(target))
        {
            throw new TrackingException(TrackingFault.Refused, $"{target} is a folder already; a file cannot take its place.");
        }

        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (File.Exists(ArtifactPath.In(folder, path[..slash])))
            {
                throw new TrackingException(TrackingFault.Refused, $"The artifact {path} cannot be kept: {path[..slash]} is a file already.");
            }
        }
    }

    private static void Discard(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's list; what made it stay is told already.
        }
    }
}
