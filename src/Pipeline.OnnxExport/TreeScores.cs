using Microsoft.ML.Trainers.FastTree;

namespace Pipeline.OnnxExport;

/// <summary>Each score is the sum of the leaves that some trees end at.</summary>
/// <param name="treesOfTargets">For each score its trees.</param>
internal sealed class TreeScores(IReadOnlyList<IReadOnlyList<RegressionTree>> treesOfTargets) : TrainedScores
{
    private TreeEnsembleGraph? _ensemble;

    public IReadOnlyList<IReadOnlyList<RegressionTree>> TreesOfTargets { get; } = treesOfTargets;

    public override int Targets => TreesOfTargets.Count;

    private TreeEnsembleGraph Ensemble => _ensemble ??= new TreeEnsembleGraph(TreesOfTargets);

    public override HashSet<int> UsedSlots() => Ensemble.UsedSlots();

    public override void CheckWidth(int slots)
    {
        if (UsedSlots().Max() is var last && last >= slots)
        {
            throw new ArgumentException($"A tree splits on slot {last}, the encoding has {slots} slots: the model was trained on another encoding.", nameof(slots));
        }
    }

    public override string AppendTo(OnnxGraph graph, FeatureTensor features) => Ensemble.AppendTo(graph, features);
}
