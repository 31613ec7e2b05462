namespace Pipeline.Inference.Hosting;

/// <summary>Exit codes of the service; they are those of the pipeline.</summary>
public static class ServiceExit
{
    /// <summary>Stopped as asked; for the health check: ready.</summary>
    public const int Pass = 0;

    /// <summary>The package, the port or the model failed; for the health check: not ready.</summary>
    public const int Error = 1;

    /// <summary>A wrong option or value.</summary>
    public const int Usage = 64;
}
