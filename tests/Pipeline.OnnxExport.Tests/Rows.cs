using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>Small batches written down by hand.</summary>
internal static class Rows
{
    public static FeatureBatch Of(params (string Name, object Values)[] columns)
    {
        var schema = new FeatureSchema([.. columns.Select(c => new Feature(c.Name, c.Values is float[] ? FeatureKind.Numeric : FeatureKind.Categorical, false))]);
        var count = columns.Length == 0 ? 0 : ((Array)columns[0].Values).Length;
        var rows = new FeatureBatch(schema, count);
        var numeric = columns.Select(c => c.Values).OfType<float[]>().ToArray();
        for (var i = 0; i < rows.Numeric.Length; i++)
        {
            rows.Numeric[i] = numeric[i % numeric.Length][i / numeric.Length];
        }

        foreach (var (column, values) in rows.Categories.Zip(columns.Select(c => c.Values).OfType<string[]>()))
        {
            values.CopyTo(column, 0);
        }

        return rows;
    }

    public static bool[] Labels(int count, Func<int, bool> label) => [.. Enumerable.Range(0, count).Select(label)];
}
