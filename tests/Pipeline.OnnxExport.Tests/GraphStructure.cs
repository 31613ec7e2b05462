using Pipeline.ModelPackage.Protos;

namespace Pipeline.OnnxExport.Tests;

/// <summary>What is wrong with a model file as the ONNX format has it, and with parts of it that nobody needs.</summary>
internal static class GraphStructure
{
    private static readonly string[] Domains = [string.Empty, "ai.onnx.ml"];

    public static IReadOnlyList<string> FaultsOf(ModelProto model) => [.. Imports(model), .. Names(model.Graph), .. Uses(model.Graph), .. Shapes(model.Graph)];

    private static IEnumerable<string> Imports(ModelProto model)
    {
        var imported = model.OpsetImport.Select(import => import.Domain).ToList();
        var doubled = imported.GroupBy(domain => domain).Where(group => group.Count() > 1).Select(group => $"'{group.Key}' is imported twice");
        var unknown = imported.Except(Domains).Select(domain => $"'{domain}' is imported");
        return doubled.Concat(unknown).Concat(model.Graph.Node.Where(node => !imported.Contains(node.Domain)).Select(node => $"{node.Name} is of '{node.Domain}', which is not imported"));
    }

    // Of tensors across the graph, of nodes among nodes. A tensor is asked for after it was made.
    private static IEnumerable<string> Names(GraphProto graph)
    {
        var tensors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(constant => constant.Name)))
        {
            if (name.Length == 0 || !tensors.Add(name))
            {
                yield return $"tensor '{name}' is there twice, or has no name";
            }
        }

        var nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            foreach (var missing in node.Input.Where(input => !tensors.Contains(input)))
            {
                yield return $"{node.Name} asks for '{missing}', which nothing gives before it";
            }

            foreach (var doubled in node.Output.Where(output => !tensors.Add(output)))
            {
                yield return $"{node.Name} gives '{doubled}', which is there";
            }

            if (node.Name.Length == 0 || !nodes.Add(node.Name))
            {
                yield return $"node '{node.Name}' is there twice, or has no name";
            }

            if (node.Attribute.GroupBy(attribute => attribute.Name).Any(group => group.Count() > 1))
            {
                yield return $"{node.Name} has an attribute twice";
            }
        }

        foreach (var output in graph.Output.Where(output => !tensors.Contains(output.Name)))
        {
            yield return $"nothing gives the output '{output.Name}'";
        }
    }

    private static IEnumerable<string> Uses(GraphProto graph)
    {
        var asked = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).ToHashSet(StringComparer.Ordinal);
        var nodes = graph.Node.Where(node => !node.Output.Any(asked.Contains)).Select(node => $"nobody asks for what {node.Name} gives");
        var constants = graph.Initializer.Where(constant => !asked.Contains(constant.Name)).Select(constant => $"nobody asks for the constant '{constant.Name}'");
        return nodes.Concat(constants).Concat(graph.Input.Where(input => !asked.Contains(input.Name)).Select(input => $"nobody asks for the input '{input.Name}'"));
    }

    private static IEnumerable<string> Shapes(GraphProto graph)
    {
        foreach (var value in graph.Input.Concat(graph.Output))
        {
            var dimensions = value.Type?.TensorType?.Shape?.Dim;
            if (dimensions is not [{ DimParam: "N" }] and not [{ DimParam: "N" }, { DimValue: > 0 }])
            {
                yield return $"'{value.Name}' is neither [N] nor [N, columns]";
            }
        }

        foreach (var constant in graph.Initializer)
        {
            var values = constant.FloatData.Count + constant.DoubleData.Count + constant.Int64Data.Count + constant.StringData.Count;
            if (values != constant.Dims.Aggregate(1L, (product, length) => product * length))
            {
                yield return $"the constant '{constant.Name}' has {values} values for the shape [{string.Join(", ", constant.Dims)}]";
            }
        }
    }
}
