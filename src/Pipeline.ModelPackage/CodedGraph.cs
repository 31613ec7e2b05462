using Pipeline.ModelPackage.Protos;
using static Pipeline.ModelPackage.Protos.AttributeProto.Types;

namespace Pipeline.ModelPackage;

/// <summary>
/// Rewrites a model's graph, in memory only, so that it takes categories as codes instead of strings: its OneHotEncoder and LabelEncoder nodes are asked for the codes of
/// <see cref="CategoryCode"/> where they were asked for the strings. What the graph does with a value is left alone. Strings in tensors would cost as much as a small
/// model itself: each is allocated, copied and hashed by ONNX Runtime for every row.
/// </summary>
internal static class CodedGraph
{
    private const string OneHotEncoder = "OneHotEncoder";
    private const string LabelEncoder = "LabelEncoder";
    private const int Int64 = (int)TensorProto.Types.DataType.Int64;
    private const int Text = (int)TensorProto.Types.DataType.String;

    /// <summary>Rewrites the graph.</summary>
    /// <param name="graph">The graph; rewritten in place.</param>
    /// <param name="schema">The columns, with their categories.</param>
    /// <param name="origin">Where the graph is from, for messages.</param>
    /// <returns>The columns that now take codes.</returns>
    /// <exception cref="InvalidDataException">A column of strings goes into something else than those two encoders.</exception>
    public static IReadOnlySet<string> Rewrite(GraphProto graph, FeatureSchema schema, string origin) =>
        schema.Categorical.Where(feature => Rewrite(graph, feature, origin)).Select(feature => feature.Name).ToHashSet(StringComparer.Ordinal);

    private static bool Rewrite(GraphProto graph, Feature feature, string origin)
    {
        // Inputs that don't fit the schema are told once the graph is loaded, all together.
        if (graph.Input.FirstOrDefault(input => input.Name == feature.Name) is not { Type.TensorType: { ElemType: Text } type })
        {
            return false;
        }

        var codes = new CodesOfFeature(feature);
        foreach (var node in graph.Node.Where(node => node.Input.Contains(feature.Name)))
        {
            switch (node.OpType)
            {
                case OneHotEncoder when AnswersUnknownValues(node) && Keys(node, "cats_strings") is { } keys:
                    Replace(node, keys, "cats_int64s", codes);
                    break;
                case LabelEncoder when Keys(node, "keys_strings") is { } keys && !node.Attribute.Any(attribute => attribute.Name is "values_strings"):
                    Replace(node, keys, "keys_int64s", codes);
                    break;
                default:
                    throw new InvalidDataException($"{origin} gives the column '{feature.Name}' to {node.OpType}; columns of strings can be scored if they go into a OneHotEncoder with zeros = 1 or into a LabelEncoder from strings to numbers.");
            }
        }

        type.ElemType = Int64;
        return true;
    }

    // Without zeros = 1 an unknown value fails the run, and there is no code that fails alike.
    private static bool AnswersUnknownValues(NodeProto node) => node.Attribute.All(attribute => attribute.Name != "zeros" || attribute.I == 1);

    private static AttributeProto? Keys(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static void Replace(NodeProto node, AttributeProto keys, string name, CodesOfFeature codes)
    {
        var replaced = new AttributeProto { Name = name, Type = AttributeType.Ints };
        replaced.Ints.AddRange(keys.Strings.Select(key => codes.CodeOf(key.ToStringUtf8())));
        node.Attribute[node.Attribute.IndexOf(keys)] = replaced;
    }

    /// <summary>A key that the schema does not know can never be asked for, but needs a code that no value has.</summary>
    private sealed class CodesOfFeature(Feature feature)
    {
        private readonly CategoryTable _table = new(feature);
        private long _next = feature.Categories?.Count ?? 0;

        public long CodeOf(string key) => _table.CodeOf(key) is var code and not CategoryCode.Unseen ? code : _next++;
    }
}
