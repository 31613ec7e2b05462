namespace Pipeline.Tracking.MlflowRest;

/// <summary>How a server's certificate is checked, and which one it is shown.</summary>
public sealed record MlflowTlsSettings
{
    /// <summary>True if any certificate will do (<c>MLFLOW_TRACKING_INSECURE_TLS</c>).</summary>
    public bool IsUnchecked { get; init; }

    /// <summary>A PEM file with the authorities that are trusted instead of the machine's (<c>MLFLOW_TRACKING_SERVER_CERT_PATH</c>); null for the machine's.</summary>
    public string? AuthoritiesPath { get; init; }

    /// <summary>A PEM file with a certificate and its key (<c>MLFLOW_TRACKING_CLIENT_CERT_PATH</c>); null for none.</summary>
    public string? ClientCertificatePath { get; init; }
}
