namespace Pipeline.OnnxExport;

/// <summary>How a trained model scores a feature vector: one number, or one for each class.</summary>
internal abstract class TrainedScores
{
    /// <summary>Numbers a row.</summary>
    public abstract int Targets { get; }

    /// <summary>The slots of the vector that any score depends on.</summary>
    public abstract HashSet<int> UsedSlots();

    /// <exception cref="ArgumentException">The model was trained on vectors of another length.</exception>
    public abstract void CheckWidth(int slots);

    /// <param name="graph">The graph to append to.</param>
    /// <param name="features">Feature vectors with at least the used slots.</param>
    /// <returns>Name of the tensor of scores: float [N], or of several [N, targets].</returns>
    public abstract string AppendTo(OnnxGraph graph, FeatureTensor features);
}
