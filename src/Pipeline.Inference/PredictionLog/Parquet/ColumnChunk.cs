namespace Pipeline.Inference.PredictionLog.Parquet;

/// <summary>Where a row group's column lies in the file, for the footer.</summary>
/// <param name="Column">The column.</param>
/// <param name="ValueCount">Its values: one a row, or a list's length.</param>
/// <param name="Offset">Of its page's header, from the file's beginning.</param>
/// <param name="UncompressedLength">Header and values.</param>
/// <param name="CompressedLength">Header and values, in the file.</param>
internal readonly record struct ColumnChunk(ParquetColumn Column, long ValueCount, long Offset, long UncompressedLength, long CompressedLength);
