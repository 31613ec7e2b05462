using Pipeline.ModelPackage;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// The graph's first part: from the columns' tensors to the feature vectors, as <see cref="EncodedRows"/> fills them. Categories that the model never asks
/// for get no slot here: the vectors of a batch then fit the processor's cache, which is worth more than the comparison of strings.
/// </summary>
internal static class FeatureGraph
{
    /// <param name="graph">The graph to append to.</param>
    /// <param name="encoding">The encoding.</param>
    /// <param name="isUsed">Whether the model asks for a slot.</param>
    public static FeatureTensor Append(OnnxGraph graph, FeatureEncoding encoding, Func<int, bool> isUsed)
    {
        var parts = new List<string>();
        if (encoding.Numeric.Count > 0)
        {
            AppendNumeric(graph, encoding, parts);
        }

        var offset = encoding.NumericWidth;
        var slots = Enumerable.Range(0, offset).ToList();
        foreach (var column in encoding.Categorical)
        {
            var used = Enumerable.Range(offset, column.Width).Where(isUsed).ToArray();

            // The column stays an input of the graph, also if the model does not ask for it.
            used = used.Length > 0 ? used : [offset];
            var first = offset;
            AppendCategorical(graph, column, [.. used.Select(slot => slot - first)], parts);
            slots.AddRange(used);
            offset += column.Width;
        }

        return new FeatureTensor(graph.Concat(parts), slots);
    }

    private static void AppendNumeric(OnnxGraph graph, FeatureEncoding encoding, List<string> parts)
    {
        var count = encoding.Numeric.Count;
        var values = graph.AddInput(FeatureSchema.NumericInput, DataType.Float, count);
        var isMissing = graph.Operator("IsNaN", values);
        var filled = graph.Operator("Where", isMissing, graph.Floats(encoding.Numeric.Select(n => n.Fill), 1, count), values);
        parts.Add(encoding.IsStandardized ? AppendStandardization(graph, encoding, filled) : filled);

        long[] withMissingSlot = [.. encoding.Numeric.Index().Where(n => n.Item.HasMissingSlot).Select(n => (long)n.Index)];
        if (withMissingSlot.Length > 0)
        {
            parts.Add(graph.Gather(graph.Cast(isMissing, DataType.Float), graph.Integers(withMissingSlot)));
        }
    }

    // In double precision, as NumericEncoding does it: subtraction and division are exact to the last bit on both sides.
    private static string AppendStandardization(OnnxGraph graph, FeatureEncoding encoding, string filled)
    {
        var count = encoding.Numeric.Count;
        var centred = graph.Operator("Sub", graph.Cast(filled, DataType.Double), graph.Doubles(encoding.Numeric.Select(n => n.Mean), 1, count));
        var scaled = graph.Operator("Div", centred, graph.Doubles(encoding.Numeric.Select(n => n.Deviation), 1, count));
        var clamped = graph.Operator("Clip", scaled, graph.Doubles([-NumericEncoding.StandardizedLimit]), graph.Doubles([NumericEncoding.StandardizedLimit]));
        return graph.Cast(clamped, DataType.Float);
    }

    private static void AppendCategorical(OnnxGraph graph, CategoricalEncoding column, int[] used, List<string> parts)
    {
        var values = graph.AddInput(column.Name, DataType.String, 1);
        string[] named = [.. used.Where(slot => slot < column.SlotValues.Count).Select(slot => column.SlotValues[slot])];
        if (named.Length > 0)
        {
            // zeros = 1: a value without a slot is all zeros, not an error. The result is [N, 1, slots].
            var slots = graph.Ml("OneHotEncoder", values, OnnxGraph.Attribute("cats_strings", named), OnnxGraph.Attribute("zeros", 1));
            parts.Add(graph.Operator("Squeeze", slots, graph.Integers(1)));
        }

        if (named.Length < used.Length)
        {
            parts.Add(AppendOther(graph, column, values));
        }
    }

    // 1 for whatever is neither kept nor missing: all kept values are asked for, also those that the model does not look at.
    private static string AppendOther(OnnxGraph graph, CategoricalEncoding column, string values)
    {
        string[] kept = [.. column.SlotValues.Append(FeatureSchema.MissingCategory).Distinct()];
        return graph.Ml(
            "LabelEncoder",
            values,
            OnnxGraph.Attribute("keys_strings", kept),
            OnnxGraph.Attribute("values_floats", new float[kept.Length]),
            OnnxGraph.Attribute("default_float", 1f));
    }
}
