using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>Finds a graph's nodes and constants by the names of their tensors, and notes which nodes were found.</summary>
/// <param name="graph">The graph; changed by <see cref="RemoveFound"/> alone, which ends the use of this.</param>
internal sealed class GraphIndex(GraphProto graph)
{
    private readonly Dictionary<string, NodeProto> _producers = ProducersOf(graph);
    private readonly Dictionary<string, TensorProto> _constants = graph.Initializer.DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);

    /// <summary>The nodes that <see cref="Producer"/> has found.</summary>
    public HashSet<NodeProto> Found { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The node that gives the tensor, if it has that operator, that many inputs and one output.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">How many; null for any number.</param>
    public NodeProto? Producer(string tensor, string operation, int? inputs = null)
    {
        if (!_producers.TryGetValue(tensor, out var node) || node.OpType != operation || (inputs ?? node.Input.Count) != node.Input.Count || node.Output.Count != 1)
        {
            return null;
        }

        Found.Add(node);
        return node;
    }

    /// <summary>A constant's 32-bit numbers, if there are as many as asked for.</summary>
    public IReadOnlyList<float>? Floats(string tensor, int count) => _constants.TryGetValue(tensor, out var constant) && constant.FloatData.Count == count ? constant.FloatData : null;

    /// <inheritdoc cref="Floats"/>
    public IReadOnlyList<double>? Doubles(string tensor, int count) => _constants.TryGetValue(tensor, out var constant) && constant.DoubleData.Count == count ? constant.DoubleData : null;

    /// <summary>A constant's integers; null if it has none.</summary>
    public IReadOnlyList<long>? Integers(string tensor) => _constants.TryGetValue(tensor, out var constant) && constant.Int64Data.Count > 0 ? constant.Int64Data : null;

    /// <summary>Whether another node than those found, or the graph's user, asks for what they give.</summary>
    /// <param name="tensor">The tensor that may be asked for.</param>
    /// <param name="inputs">Inputs of the graph that may not, either.</param>
    public bool IsAskedForBesides(string tensor, IEnumerable<string> inputs)
    {
        var gone = inputs.Concat(Found.SelectMany(node => node.Output)).Where(name => name != tensor).ToHashSet(StringComparer.Ordinal);
        var left = graph.Node.Where(node => !Found.Contains(node)).SelectMany(node => node.Input);
        return left.Concat(graph.Output.Select(output => output.Name)).Any(gone.Contains);
    }

    /// <summary>Takes the found nodes out of the graph, and the constants that nobody asks for any more.</summary>
    public void RemoveFound()
    {
        foreach (var node in Found)
        {
            graph.Node.Remove(node);
        }

        var asked = graph.Node.SelectMany(node => node.Input).ToHashSet(StringComparer.Ordinal);
        foreach (var constant in graph.Initializer.Where(constant => !asked.Contains(constant.Name)).ToList())
        {
            graph.Initializer.Remove(constant);
        }
    }

    /// <summary>An attribute that is an integer.</summary>
    public static bool Has(NodeProto node, string attribute, long value) => node.Attribute.Any(candidate => candidate.Name == attribute && candidate.I == value);

    private static Dictionary<string, NodeProto> ProducersOf(GraphProto graph)
    {
        var producers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                producers[output] = node;
            }
        }

        return producers;
    }
}
