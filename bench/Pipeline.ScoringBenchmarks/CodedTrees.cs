using Google.Protobuf;
using Pipeline.ModelPackage.Protos;
using static Pipeline.ModelPackage.Protos.AttributeProto.Types;

namespace Pipeline.ScoringBenchmarks;

/// <summary>
/// Other forms of an exported graph of trees: each categorical column is one number, the code of its value, where the exporter has a slot a value. What a tree asks a slot, it asks the code then, in one
/// of two ways. They answer alike, so that their speed alone can be compared.
/// </summary>
internal sealed class CodedTrees
{
    private readonly GraphProto _graph;
    private readonly NodeProto _trees;

    // For each column of the vectors what it becomes: a column, and the code that it stood for, or -1 for a number.
    private readonly List<(int Column, int Code)> _places = [];

    private CodedTrees(GraphProto graph)
    {
        _graph = graph;
        _trees = graph.Node.Single(node => node.OpType == "TreeEnsembleRegressor");
    }

    /// <summary>A split on a slot becomes <c>code = k</c>: ONNX Runtime's general path, as the nodes then ask in two ways; chains of such nodes it joins to sets.</summary>
    public static byte[] WithEqualities(byte[] onnx) => Rewrite(onnx, coded => coded.RewriteNodes(coded.Equality));

    /// <summary>A split on a slot becomes two nodes, <c>code ≤ k</c> and <c>code ≤ k − 1</c>: all nodes ask in one way, but there are more of them.</summary>
    public static byte[] WithRanges(byte[] onnx) => Rewrite(onnx, coded => coded.RewriteNodes(coded.Range));

    private static byte[] Rewrite(byte[] onnx, Action<CodedTrees> rewrite)
    {
        var model = ModelProto.Parser.ParseFrom(onnx);
        var coded = new CodedTrees(model.Graph);
        coded.RewriteVectors();
        rewrite(coded);
        return model.ToByteArray();
    }

    private static AttributeProto Attribute(NodeProto node, string name) => node.Attribute.Single(attribute => attribute.Name == name);

    private void RewriteVectors()
    {
        var concat = _graph.Node.Single(node => node.OpType == "Concat");
        for (var (part, column) = (0, 0); part < concat.Input.Count; part++)
        {
            if (_graph.Node.FirstOrDefault(node => node.Output[0] == concat.Input[part] && node.OpType == "Squeeze") is not { } squeeze)
            {
                var numbers = (int)_graph.Input.Single(input => input.Name == "numeric_features").Type.TensorType.Shape.Dim[1].DimValue;
                for (var number = 0; number < numbers; number++)
                {
                    _places.Add((column++, -1));
                }

                continue;
            }

            var encoder = _graph.Node.Single(node => node.Output[0] == squeeze.Input[0]);
            var keys = Attribute(encoder, "cats_strings").Strings;
            _places.AddRange(keys.Select((_, code) => (column, code)));
            column++;
            var codes = new NodeProto { OpType = "LabelEncoder", Domain = encoder.Domain, Name = encoder.Name, Input = { encoder.Input[0] }, Output = { concat.Input[part] } };
            codes.Attribute.Add(new AttributeProto { Name = "keys_strings", Type = AttributeType.Strings, Strings = { keys } });
            codes.Attribute.Add(new AttributeProto { Name = "values_floats", Type = AttributeType.Floats, Floats = { Enumerable.Range(0, keys.Count).Select(code => (float)code) } });
            codes.Attribute.Add(new AttributeProto { Name = "default_float", Type = AttributeType.Float, F = -1 });
            _graph.Node[_graph.Node.IndexOf(encoder)] = codes;
            _graph.Node.Remove(squeeze);
        }
    }

    private void RewriteNodes(Func<Split, long, IReadOnlyList<Split>> form)
    {
        var (trees, ids, slots) = (Attribute(_trees, "nodes_treeids").Ints, Attribute(_trees, "nodes_nodeids").Ints, Attribute(_trees, "nodes_featureids").Ints);
        var (modes, values) = (Attribute(_trees, "nodes_modes").Strings, Attribute(_trees, "nodes_values_as_tensor").T);
        var (yes, no) = (Attribute(_trees, "nodes_truenodeids").Ints, Attribute(_trees, "nodes_falsenodeids").Ints);
        var largest = ids.Zip(trees).GroupBy(node => node.Second).ToDictionary(tree => tree.Key, tree => tree.Max(node => node.First));
        var nodes = new List<(long Tree, Split Split)>();
        for (var node = 0; node < trees.Count; node++)
        {
            var split = new Split(ids[node], modes[node].ToStringUtf8(), (int)slots[node], values.DoubleData[node], yes[node], no[node]);
            var (column, code) = _places[split.Slot];
            var rewritten = split.Mode == "LEAF" || code < 0 ? [split with { Slot = column }] : form(split, largest[trees[node]] + 1);
            largest[trees[node]] += rewritten.Count - 1;
            nodes.AddRange(rewritten.Select(made => (trees[node], made)));
        }

        Refill(trees, nodes.Select(node => node.Tree));
        Refill(ids, nodes.Select(node => node.Split.Id));
        Refill(slots, nodes.Select(node => (long)node.Split.Slot));
        Refill(modes, nodes.Select(node => ByteString.CopyFromUtf8(node.Split.Mode)));
        Refill(values.DoubleData, nodes.Select(node => node.Split.Value));
        values.Dims[0] = nodes.Count;
        Refill(yes, nodes.Select(node => node.Split.Yes));
        Refill(no, nodes.Select(node => node.Split.No));
    }

    // The slot is 1 iff the code is that one, and the split asks whether it is at most a number between 0 and 1.
    private IReadOnlyList<Split> Equality(Split split, long free)
    {
        var (column, code) = _places[split.Slot];
        return [split with { Mode = "BRANCH_EQ", Slot = column, Value = code, Yes = split.No, No = split.Yes }];
    }

    private IReadOnlyList<Split> Range(Split split, long free)
    {
        var (column, code) = _places[split.Slot];
        return [split with { Slot = column, Value = code, Yes = free, No = split.Yes }, new Split(free, split.Mode, column, code - 1, split.Yes, split.No)];
    }

    private static void Refill<T>(IList<T> list, IEnumerable<T> values)
    {
        T[] filled = [.. values];
        list.Clear();
        foreach (var value in filled)
        {
            list.Add(value);
        }
    }

    private sealed record Split(long Id, string Mode, int Slot, double Value, long Yes, long No);
}
