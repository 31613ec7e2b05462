namespace Pipeline.Delivery.Data;

/// <summary>What a data file is, told by its suffix.</summary>
public enum DataFileFormat
{
    Csv,
    Json,
    Parquet,
}
