using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>Takes out of a graph, in memory only, what a row's answer does not need: labels, which follow from the probabilities, and the nodes that make them.</summary>
internal static class UnaskedOutputs
{
    // Their bodies may ask for any tensor of the graph around them.
    private static readonly string[] WithBodies = ["If", "Loop", "Scan", "SequenceMap"];

    /// <param name="graph">Left as it is if none of its outputs is an answer.</param>
    public static void Remove(GraphProto graph)
    {
        if (graph.Output.Count < 2 || graph.Node.Any(node => WithBodies.Contains(node.OpType)) || graph.Output.FirstOrDefault(output => OnnxScorer.AnswerTensors.Contains(output.Name)) is not { } answer)
        {
            return;
        }

        var producers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var output in node.Output)
            {
                producers[output] = node;
            }
        }

        var needed = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>([answer.Name]);
        while (open.TryPop(out var tensor))
        {
            if (producers.TryGetValue(tensor, out var node) && needed.Add(node))
            {
                foreach (var input in node.Input)
                {
                    open.Push(input);
                }
            }
        }

        Keep(graph, answer, needed);
    }

    private static void Keep(GraphProto graph, ValueInfoProto answer, HashSet<NodeProto> needed)
    {
        var nodes = graph.Node.Where(needed.Contains).ToList();
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        graph.Output.Clear();
        graph.Output.Add(answer);
        var asked = nodes.SelectMany(node => node.Input).ToHashSet(StringComparer.Ordinal);
        var constants = graph.Initializer.Where(constant => asked.Contains(constant.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(constants);
    }
}
