namespace Pipeline.Inference.Telemetry;

/// <summary>Values of the label <c>protocol</c>: which dialect a request for predictions spoke.</summary>
public enum Protocol
{
    /// <summary>POST /v1/predict.</summary>
    Native,

    /// <summary>The Open Inference Protocol, version 2.</summary>
    V2,

    /// <summary>MLflow's POST /invocations.</summary>
    Mlflow,
}
