using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>Fills whole columns.</summary>
internal static class ColumnFill
{
    public static void Missing(CodedRows rows, Column column)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            column.SetMissing(rows, row);
        }
    }
}
