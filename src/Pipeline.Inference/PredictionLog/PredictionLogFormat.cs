namespace Pipeline.Inference.PredictionLog;

/// <summary>How the prediction log is written; the order is that of <see cref="PredictionLogOptions.FormatNames"/>.</summary>
public enum PredictionLogFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
