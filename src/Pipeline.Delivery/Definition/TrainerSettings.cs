namespace Pipeline.Delivery.Definition;

/// <summary>One trainer to try.</summary>
/// <param name="Name"><c>lightgbm</c>, <c>fast-tree</c> or <c>logistic-regression</c>.</param>
/// <param name="Trees">Number of trees (tree trainers).</param>
/// <param name="Leaves">Most leaves a tree (tree trainers).</param>
/// <param name="LearningRate">Shrinkage (tree trainers).</param>
/// <param name="MinExamplesPerLeaf">Least training rows in a leaf (tree trainers).</param>
/// <param name="L2">L2 regularisation (logistic regression).</param>
public sealed record TrainerSettings(string Name, int Trees, int Leaves, double LearningRate, int MinExamplesPerLeaf, double L2)
{
    public const int DefaultTrees = 100;
    public const int DefaultLeaves = 31;
    public const double DefaultLearningRate = 0.1;
    public const int DefaultMinExamplesPerLeaf = 20;
    public const double DefaultL2 = 0.01;

    public const string LightGbm = "lightgbm";
    public const string FastTree = "fast-tree";
    public const string LogisticRegression = "logistic-regression";

    public static IReadOnlyList<string> Names { get; } = [LightGbm, FastTree, LogisticRegression];
}
