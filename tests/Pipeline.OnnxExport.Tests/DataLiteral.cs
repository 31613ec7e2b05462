using System.Globalization;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>A training set as C#, to be copied into a test of its own.</summary>
internal static class DataLiteral
{
    public static string Of(FeatureBatch rows, RowLabels labels)
    {
        var numeric = rows.Schema.Numeric.Select((feature, slot) => (feature.Name, Values: Array("float", Column(rows, slot).Select(Number))));
        var categorical = rows.Schema.Categorical.Select((feature, slot) => (feature.Name, Values: Array("string", rows.Categories[slot].Take(rows.RowCount).Select(Text))));
        var columns = numeric.Concat(categorical).Select(column => $"({Text(column.Name)}, {column.Values})");
        return $"Rows.Of({string.Join(", ", columns)}) with the labels {Labels(labels)}";
    }

    private static string Labels(RowLabels labels) => labels.Task switch
    {
        ModelTask.Binary => $"RowLabels.OfFlags([{string.Join(", ", labels.Flags.Select(flag => flag ? "true" : "false"))}])",
        ModelTask.Multiclass => $"RowLabels.OfClasses([{string.Join(", ", labels.Classes)}], [{string.Join(", ", labels.ClassNames.Select(Text))}])",
        _ => $"RowLabels.OfNumbers([{string.Join(", ", labels.Numbers.Select(Number))}])",
    };

    private static IEnumerable<float> Column(FeatureBatch rows, int slot) => Enumerable.Range(0, rows.RowCount).Select(row => rows.Numeric[(row * rows.Schema.Numeric.Count) + slot]);

    private static string Array(string type, IEnumerable<string> values) => $"new {type}[] {{ {string.Join(", ", values)} }}";

    private static string Number(float value) =>
        float.IsNaN(value) ? "float.NaN"
        : float.IsPositiveInfinity(value) ? "float.PositiveInfinity"
        : float.IsNegativeInfinity(value) ? "float.NegativeInfinity"
        : value.ToString("R", CultureInfo.InvariantCulture) + "f";

    private static string Text(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            _ = character is '"' or '\\' ? text.Append('\\').Append(character)
                : character is >= ' ' and <= '~' ? text.Append(character)
                : text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }

        return text.Append('"').ToString();
    }
}
