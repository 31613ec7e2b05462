using Microsoft.ML.Trainers.FastTree;
using static Pipeline.ModelPackage.Protos.TensorProto.Types;

namespace Pipeline.OnnxExport;

/// <summary>
/// The trees of a LightGBM or FastTree model as one ensemble operator whose nodes all ask <c>x ≤ threshold</c>: ONNX Runtime has a fast path for that.
/// ML.NET compares 32-bit features with 32-bit thresholds and adds the leaves up in 64 bits, tree by tree. The operator does the same on the same values
/// widened to 64 bits, so the scores are equal to the last bit; with 32 bits they would differ by some 1e-7, enough to turn a label now and then.
/// The trees of several classes are one ensemble as well: one operator with a target a class.
/// </summary>
internal sealed class TreeEnsembleGraph
{
    private readonly List<long> _treeIds = [];
    private readonly List<long> _nodeIds = [];
    private readonly List<int> _features = [];
    private readonly List<string> _modes = [];
    private readonly List<double> _thresholds = [];
    private readonly List<long> _trueIds = [];
    private readonly List<long> _falseIds = [];
    private readonly List<long> _leafTreeIds = [];
    private readonly List<long> _leafNodeIds = [];
    private readonly List<long> _leafTargets = [];
    private readonly List<double> _leafValues = [];
    private readonly int _targets;
    private int _treeCount;

    /// <param name="treesOfTargets">For each score the trees that it is the sum of. Tree weights and bias are left out, as ML.NET's own scoring leaves them out.</param>
    /// <exception cref="NotSupportedException">A tree splits on a set of categories.</exception>
    public TreeEnsembleGraph(IReadOnlyList<IReadOnlyList<RegressionTree>> treesOfTargets)
    {
        _targets = treesOfTargets.Count;
        for (var target = 0; target < _targets; target++)
        {
            foreach (var tree in treesOfTargets[target])
            {
                Add(tree, target);
            }

            if (treesOfTargets[target].Count == 0)
            {
                AddConstant(0, target);
            }
        }
    }

    /// <summary>The slots that any tree asks for.</summary>
    public HashSet<int> UsedSlots() => [.. _features];

    /// <param name="graph">The graph to append to.</param>
    /// <param name="features">Feature vectors with at least the used slots.</param>
    /// <returns>Name of the tensor of scores, float [N], or of several [N, targets].</returns>
    public string AppendTo(OnnxGraph graph, FeatureTensor features)
    {
        var columns = features.ColumnsBySlot();
        var scores = graph.Ml(
            "TreeEnsembleRegressor",
            graph.Cast(features.Name, DataType.Double),
            OnnxGraph.Attribute("nodes_treeids", _treeIds),
            OnnxGraph.Attribute("nodes_nodeids", _nodeIds),
            OnnxGraph.Attribute("nodes_featureids", _features.Select(slot => (long)columns[slot])),
            OnnxGraph.Attribute("nodes_modes", _modes),
            OnnxGraph.TensorAttribute("nodes_values_as_tensor", _thresholds),
            OnnxGraph.Attribute("nodes_truenodeids", _trueIds),
            OnnxGraph.Attribute("nodes_falsenodeids", _falseIds),
            OnnxGraph.Attribute("target_treeids", _leafTreeIds),
            OnnxGraph.Attribute("target_nodeids", _leafNodeIds),
            OnnxGraph.Attribute("target_ids", _leafTargets),
            OnnxGraph.TensorAttribute("target_weights_as_tensor", _leafValues),
            OnnxGraph.Attribute("n_targets", _targets),
            OnnxGraph.Attribute("aggregate_function", "SUM"),
            OnnxGraph.Attribute("post_transform", "NONE"));
        return _targets == 1 ? graph.Operator("Squeeze", scores, graph.Integers(1)) : scores;
    }

    private void Add(RegressionTree tree, int target)
    {
        if (tree.NumberOfNodes == 0)
        {
            // ML.NET scores a tree without a split as 0, whatever its leaf says.
            AddConstant(0, target);
            return;
        }

        for (var node = 0; node < tree.NumberOfNodes; node++)
        {
            if (tree.CategoricalSplitFlags[node])
            {
                throw new NotSupportedException($"Tree {_treeCount} splits on a set of categories in node {node}; only splits by a threshold can be exported. Train LightGBM with UseCategoricalSplit = false.");
            }

            AddSplit(node, tree.NumericalSplitFeatureIndexes[node], tree.NumericalSplitThresholds[node], NodeId(tree, tree.LeftChild[node]), NodeId(tree, tree.RightChild[node]));
        }

        for (var leaf = 0; leaf < tree.NumberOfLeaves; leaf++)
        {
            AddLeaf(tree.NumberOfNodes + leaf, target, tree.LeafValues[leaf]);
        }

        _treeCount++;
    }

    // ML.NET numbers inner nodes from 0 and leaves from ~0 downwards; ONNX has one numbering, here the inner nodes first.
    private static long NodeId(RegressionTree tree, int child) => child >= 0 ? child : tree.NumberOfNodes + ~child;

    // A split with the same value on both sides, so that every tree has the same form.
    private void AddConstant(double value, int target)
    {
        AddSplit(0, feature: 0, threshold: 0, trueId: 1, falseId: 2);
        AddLeaf(1, target, value);
        AddLeaf(2, target, value);
        _treeCount++;
    }

    private void AddSplit(long id, int feature, float threshold, long trueId, long falseId) => AddNode(id, "BRANCH_LEQ", feature, threshold, trueId, falseId);

    private void AddLeaf(long id, long target, double value)
    {
        AddNode(id, "LEAF", _features[^1], 0, 0, 0);
        _leafTreeIds.Add(_treeCount);
        _leafNodeIds.Add(id);
        _leafTargets.Add(target);
        _leafValues.Add(value);
    }

    private void AddNode(long id, string mode, int feature, float threshold, long trueId, long falseId)
    {
        _treeIds.Add(_treeCount);
        _nodeIds.Add(id);
        _modes.Add(mode);
        _features.Add(feature);
        _thresholds.Add(threshold);
        _trueIds.Add(trueId);
        _falseIds.Add(falseId);
    }
}
