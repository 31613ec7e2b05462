using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>
/// What a boosted tree model answered when it had fewer trees: ML.NET's trainers report nothing while they train, but the score after t trees is the sum of the
/// first t. Decides as <see cref="TreeEnsembleGraph"/> does: 32-bit features against 32-bit thresholds, leaves added up in 64 bits, tree by tree. Thread-safe.
/// </summary>
public sealed class BoostingHistory
{
    private const int RowsOfAChunk = 1024;

    private readonly FeatureEncoding _encoding;
    private readonly PlattCalibrator _calibrator;

    // All trees' inner nodes and leaves one after another; where a tree begins, a node's index, or ~leaf's index for a tree that does not split.
    private readonly Node[] _nodes;
    private readonly double[] _leaves;
    private readonly int[] _roots;

    private BoostingHistory(FeatureEncoding encoding, IReadOnlyList<RegressionTree> trees, PlattCalibrator calibrator)
    {
        _encoding = encoding;
        _calibrator = calibrator;
        var (nodes, leaves) = (new List<Node>(), new List<double>());
        _roots = [.. trees.Select(tree => Add(tree, nodes, leaves))];
        (_nodes, _leaves) = ([.. nodes], [.. leaves]);
    }

    /// <summary>How many the model has; 0 or more.</summary>
    public int Trees => _roots.Length;

    /// <summary>Null for a model that is no sum of trees.</summary>
    /// <param name="encoding">The encoding whose rows the model was trained on.</param>
    /// <param name="model">As <see cref="BinaryClassifierExport.ToOnnx"/> takes it and can export it.</param>
    public static BoostingHistory? Of(FeatureEncoding encoding, ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> model) =>
        model.Model is { SubModel: TreeEnsembleModelParametersBasedOnRegressionTree trees, Calibrator: PlattCalibrator calibrator }
            ? new BoostingHistory(encoding, trees.TrainedTreeEnsemble.Trees, calibrator)
            : null;

    /// <summary>The probabilities after each of some numbers of trees. A row is encoded once and asked of each tree once; four bytes are held per row and step.</summary>
    /// <param name="rows">Rows with the encoding's columns.</param>
    /// <param name="steps">Numbers of trees, ascending, 1 to <see cref="Trees"/>.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <returns>For each step a probability per row.</returns>
    /// <remarks>
    /// The link is the final model's. For both LightGBM and FastTree that is the one they trained each tree by, a sigmoid whose slope is set before the first tree,
    /// so that an earlier step is what training itself took for the probability then, not a calibration in hindsight.
    /// </remarks>
    public IReadOnlyList<float[]> Probabilities(FeatureBatch rows, IReadOnlyList<int> steps, CancellationToken cancellationToken)
    {
        _encoding.CheckColumns(rows.Schema);
        var encoded = new EncodedRows(_encoding, rows, labels: null);
        var probabilities = steps.Select(_ => new float[rows.RowCount]).ToArray();

        // Rows do not know of each other, so that the answer does not depend on the number of threads.
        Parallel.For(
            0,
            (rows.RowCount + RowsOfAChunk - 1) / RowsOfAChunk,
            new ParallelOptions { CancellationToken = cancellationToken },
            chunk => Score(encoded, chunk * RowsOfAChunk, Math.Min((chunk + 1) * RowsOfAChunk, rows.RowCount), steps, probabilities));
        return probabilities;
    }

    private void Score(EncodedRows rows, int first, int end, IReadOnlyList<int> steps, float[][] probabilities)
    {
        var vector = default(VBuffer<float>);
        var features = new float[_encoding.Width];
        for (var row = first; row < end; row++)
        {
            rows.FeaturesAt(row, ref vector);
            vector.CopyTo(features);
            var (score, tree) = (0d, 0);
            for (var step = 0; step < probabilities.Length; step++)
            {
                for (; tree < steps[step]; tree++)
                {
                    score += LeafOf(_roots[tree], features);
                }

                probabilities[step][row] = ProbabilityOf((float)score);
            }
        }
    }

    private double LeafOf(int root, float[] features)
    {
        var at = root;
        while (at >= 0)
        {
            ref readonly var node = ref _nodes[at];
            at = features[node.Slot] <= node.Threshold ? node.Left : node.Right;
        }

        return _leaves[~at];
    }

    private float ProbabilityOf(float score) => (float)(1 / (1 + Math.Exp((_calibrator.Slope * score) + _calibrator.Offset)));

    private static int Add(RegressionTree tree, List<Node> nodes, List<double> leaves)
    {
        var (firstNode, firstLeaf) = (nodes.Count, leaves.Count);
        if (tree.NumberOfNodes == 0)
        {
            // ML.NET scores a tree without a split as 0, whatever its leaf says.
            leaves.Add(0);
            return ~firstLeaf;
        }

        for (var node = 0; node < tree.NumberOfNodes; node++)
        {
            nodes.Add(new Node(tree.NumericalSplitFeatureIndexes[node], tree.NumericalSplitThresholds[node], IndexOf(tree.LeftChild[node]), IndexOf(tree.RightChild[node])));
        }

        leaves.AddRange(tree.LeafValues);
        return firstNode;

        int IndexOf(int child) => child >= 0 ? firstNode + child : ~(firstLeaf + ~child);
    }

    /// <summary>Left if the slot's value is at most the threshold; a child below 0 is ~ of a leaf.</summary>
    private readonly record struct Node(int Slot, float Threshold, int Left, int Right);
}
