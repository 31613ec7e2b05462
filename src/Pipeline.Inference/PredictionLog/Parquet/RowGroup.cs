namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>A row group that is in the file, for the footer.</summary>
/// <param name="RowCount">Its rows.</param>
/// <param name="Chunks">Its columns.</param>
internal sealed record RowGroup(int RowCount, IReadOnlyList<ColumnChunk> Chunks);
