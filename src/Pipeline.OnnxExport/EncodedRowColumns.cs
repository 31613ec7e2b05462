namespace Pipeline.OnnxExport;

/// <summary>Names of columns of encoded rows that trainers have to be told.</summary>
public static class EncodedRowColumns
{
    /// <summary>How much a row counts.</summary>
    public const string Weight = "Weight";
}
