using System.Text.Json.Serialization;

namespace Pipeline.Delivery.Definition;

/// <summary>One trainer to try, with its settings; those that it does not take keep their defaults.</summary>
/// <param name="Name">One of <see cref="TrainerNames"/>.</param>
/// <param name="Trees">Number of trees (tree trainers); with early stopping the greatest.</param>
/// <param name="Leaves">Most leaves a tree (tree trainers).</param>
/// <param name="LearningRate">Shrinkage (tree trainers).</param>
/// <param name="MinExamplesPerLeaf">Least training rows in a leaf (tree trainers).</param>
/// <param name="L2">L2 regularisation (LightGBM and linear trainers).</param>
public sealed record TrainerSettings(string Name, int Trees, int Leaves, double LearningRate, int MinExamplesPerLeaf, double L2)
{
    public const int DefaultTrees = 100;
    public const int DefaultLeaves = 31;
    public const double DefaultLearningRate = 0.1;
    public const int DefaultMinExamplesPerLeaf = 20;
    public const double DefaultL2 = 0.01;

    /// <summary>In a search, where nothing else is said.</summary>
    public const int SearchEarlyStopping = 20;

    public const string LightGbm = "lightgbm";
    public const string FastTree = "fast-tree";
    public const string LogisticRegression = "logistic-regression";
    public const string MaximumEntropy = "maximum-entropy";
    public const string Linear = "linear";

    /// <summary>L1 regularisation (LightGBM and linear trainers).</summary>
    public double L1 { get; init; }

    /// <summary>Of a categorical column so many of the most frequent values are kept, others are one (all trainers); 0 for as many as data.maxCategories lets through.</summary>
    public int Categories { get; init; }

    /// <summary>Boosting stops when so many trees in a row were of no use on the validation rows (tree trainers); 0 for never.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>Settings that a search chooses within bounds, by the names of <see cref="TrainerParameter"/>; empty if none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, SearchRange>? Searched { get; init; }

    /// <summary>True if the trainer adds up trees.</summary>
    [JsonIgnore]
    public bool IsTrees => Name is LightGbm or FastTree;

    public static TrainerSettings Default(string name) => new(name, DefaultTrees, DefaultLeaves, DefaultLearningRate, DefaultMinExamplesPerLeaf, DefaultL2);

    public bool Equals(TrainerSettings? other) =>
        other is not null && (Name, Trees, Leaves, LearningRate, MinExamplesPerLeaf, L2, L1, Categories) == (other.Name, other.Trees, other.Leaves, other.LearningRate, other.MinExamplesPerLeaf, other.L2, other.L1, other.Categories)
        && EarlyStopping == other.EarlyStopping && (Searched ?? NoneSearched).OrderBy(range => range.Key, StringComparer.Ordinal).SequenceEqual((other.Searched ?? NoneSearched).OrderBy(range => range.Key, StringComparer.Ordinal));

    public override int GetHashCode() => HashCode.Combine(Name, Trees, Leaves, LearningRate, MinExamplesPerLeaf, L2, L1, Categories);

    private static readonly Dictionary<string, SearchRange> NoneSearched = [];
}
