namespace Pipeline.Inference.Hosting;

/// <summary>What the executable was asked to do.</summary>
public enum ServiceVerb
{
    /// <summary>Serve the model until stopped.</summary>
    Serve,

    /// <summary>Ask the service on the same port whether it is ready.</summary>
    HealthCheck,
}
