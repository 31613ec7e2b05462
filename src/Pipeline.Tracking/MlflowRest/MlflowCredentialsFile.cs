namespace Pipeline.Tracking.MlflowRest;

/// <summary>User and password as <c>mlflow login</c> leaves them: the section <c>[mlflow]</c> of the INI file <c>~/.mlflow/credentials</c>.</summary>
internal sealed record MlflowCredentialsFile(string? User, string? Password)
{
    public static string PathIn(string homeDirectory) => Path.Combine(homeDirectory, ".mlflow", "credentials");

    /// <returns>Nothing if there is no file.</returns>
    /// <exception cref="TrackingException">It cannot be read.</exception>
    public static MlflowCredentialsFile Read(string homeDirectory)
    {
        var path = PathIn(homeDirectory);
        try
        {
            return File.Exists(path) ? Parse(File.ReadLines(path)) : new MlflowCredentialsFile(null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Refused, $"MLflow's credentials in {path} cannot be read: {e.Message} Make the file readable, remove it, or set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.", e);
        }
    }

    private static MlflowCredentialsFile Parse(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var isInSection = false;
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or ';')))
        {
            if (line[0] == '[')
            {
                isInSection = line == "[mlflow]";
                continue;
            }

            var separator = line.AsSpan().IndexOfAny('=', ':');
            if (isInSection && separator > 0)
            {
                values[line[..separator].TrimEnd()] = line[(separator + 1)..].TrimStart();
            }
        }

        return new MlflowCredentialsFile(values.GetValueOrDefault("mlflow_tracking_username"), values.GetValueOrDefault("mlflow_tracking_password"));
    }
}
