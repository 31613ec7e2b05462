namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>Types of columns that the prediction log has.</summary>
internal enum ColumnType
{
    /// <summary>32-bit integers.</summary>
    Int32,

    /// <summary>Microseconds since 1970, UTC, in 64-bit integers.</summary>
    Timestamp,

    /// <summary>32-bit floating point.</summary>
    Float,

    /// <summary>UTF-8.</summary>
    Text,
}
