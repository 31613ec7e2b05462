namespace Pipeline.Tracking.Sqlite;

/// <summary>The path of an artifact in its run: names between slashes that lead nowhere else, on any operating system.</summary>
internal static class ArtifactPath
{
    /// <summary>Files that are being written; none of them is an artifact.</summary>
    public const string Unfinished = ".tmp-";

    /// <summary>Where the artifact of that path is in its run's folder.</summary>
    /// <exception cref="TrackingException">The path leads elsewhere, or has characters that a server does not take.</exception>
    public static string In(string folder, string path)
    {
        Check(path);
        return System.IO.Path.Combine([folder, .. path.Split('/')]);
    }

    public static void Check(string path)
    {
        if (path.AsSpan().ContainsAny('\\', '#') || path.Split('/').Any(name => name is "" or "." or ".." || name.StartsWith(Unfinished, StringComparison.Ordinal) || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars())))
        {
            throw new TrackingException(
                TrackingFault.Refused,
                $"'{path}' is no path of an artifact: names between single slashes, not '.' or '..', none that begins with '{Unfinished}', without # and backslashes, such as report/report.html.");
        }
    }
}
