using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>
/// What a boosted tree model answered when it had fewer trees: ML.NET's trainers report nothing while they train, but a score after t trees is the sum of the
/// first t. Decides as <see cref="TreeEnsembleGraph"/> does: 32-bit features against 32-bit thresholds, leaves added up in 64 bits, tree by tree. Thread-safe.
/// </summary>
public sealed class BoostingHistory
{
    private const int RowsOfAChunk = 1024;

    private readonly FeatureEncoding _encoding;
    private readonly AnswerLink _link;

    // All trees' inner nodes and leaves one after another; for each score where its trees begin, a node's index, or ~leaf's index for a tree that does not split.
    private readonly Node[] _nodes;
    private readonly double[] _leaves;
    private readonly int[][] _roots;

    private BoostingHistory(FeatureEncoding encoding, TreeScores scores, AnswerLink link)
    {
        _encoding = encoding;
        _link = link;
        var (nodes, leaves) = (new List<Node>(), new List<double>());
        _roots = [.. scores.TreesOfTargets.Select(trees => trees.Select(tree => Add(tree, nodes, leaves)).ToArray())];
        (_nodes, _leaves) = ([.. nodes], [.. leaves]);
    }

    /// <summary>How many the model has, of several classes the class that has most; 0 or more.</summary>
    public int Trees => _roots.Max(trees => trees.Length);

    /// <summary>Numbers an answer: one, or of several classes one for each.</summary>
    public int Width => _roots.Length;

    /// <summary>Null for a model that is no sum of trees.</summary>
    /// <param name="encoding">The encoding whose rows the model was trained on.</param>
    /// <param name="model">As <see cref="ModelExport.ToOnnx"/> takes it and can export it.</param>
    /// <exception cref="NotSupportedException">A model that cannot be exported.</exception>
    public static BoostingHistory? Of(FeatureEncoding encoding, ITransformer model) =>
        TrainedModelReader.Read(model) is { Scores: TreeScores trees } parts ? new BoostingHistory(encoding, trees, parts.Link) : null;

    /// <summary>The answers after each of some numbers of trees. A row is encoded once and asked of each tree once; four bytes are held per row, step and number of an answer.</summary>
    /// <param name="rows">Rows with the encoding's columns.</param>
    /// <param name="steps">Numbers of trees, of several classes for each of them; ascending, 1 to <see cref="Trees"/>.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <returns>For each step the answers: [rows, <see cref="Width"/>].</returns>
    /// <remarks>
    /// The link is the final model's. For the binary LightGBM and FastTree that is the one they trained each tree by, a sigmoid whose slope is set before the first tree,
    /// so that an earlier step is what training itself took for the probability then, not a calibration in hindsight; so it is with the softmax of several classes.
    /// Of those ML.NET drops the trees that change nothing, so that a class may have fewer trees than the others; its later trees then count as earlier ones.
    /// </remarks>
    public IReadOnlyList<float[]> Answers(FeatureBatch rows, IReadOnlyList<int> steps, CancellationToken cancellationToken)
    {
        _encoding.CheckColumns(rows.Schema);
        var encoded = new EncodedRows(_encoding, rows, labels: null);
        var answers = steps.Select(_ => new float[rows.RowCount * Width]).ToArray();

        // Rows do not know of each other, so that the answer does not depend on the number of threads.
        Parallel.For(
            0,
            (rows.RowCount + RowsOfAChunk - 1) / RowsOfAChunk,
            new ParallelOptions { CancellationToken = cancellationToken },
            chunk => Score(encoded, chunk * RowsOfAChunk, Math.Min((chunk + 1) * RowsOfAChunk, rows.RowCount), steps, answers));
        return answers;
    }

    private void Score(EncodedRows rows, int first, int end, IReadOnlyList<int> steps, float[][] answers)
    {
        var vector = default(VBuffer<float>);
        var features = new float[_encoding.Width];
        for (var row = first; row < end; row++)
        {
            rows.FeaturesAt(row, ref vector);
            vector.CopyTo(features);
            for (var target = 0; target < Width; target++)
            {
                Score(_roots[target], features, steps, answers, (row * Width) + target);
            }

            foreach (var answer in answers)
            {
                _link.Apply(answer.AsSpan(row * Width, Width));
            }
        }
    }

    private void Score(int[] trees, float[] features, IReadOnlyList<int> steps, float[][] scores, int place)
    {
        var (score, tree) = (0d, 0);
        for (var step = 0; step < scores.Length; step++)
        {
            for (; tree < Math.Min(steps[step], trees.Length); tree++)
            {
                score += LeafOf(trees[tree], features);
            }

            scores[step][place] = (float)score;
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
