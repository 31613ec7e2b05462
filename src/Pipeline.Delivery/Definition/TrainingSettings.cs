using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>How candidates are trained and chosen.</summary>
/// <param name="Seed">Of every random choice.</param>
/// <param name="Metric">Name of the metric, on the validation rows, that chooses; one of the task's.</param>
/// <param name="Trainers">At least one.</param>
public sealed record TrainingSettings(int Seed, string Metric, IReadOnlyList<TrainerSettings> Trainers)
{
    public const int DefaultSeed = 1;

    /// <summary>The budget of a search; null if each trainer is tried once, as it is written.</summary>
    public SearchSettings? Search { get; init; }

    /// <summary>True if each class counts alike in training, however many rows it has; else each row does.</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>What chooses if nothing is said: the order of rows for two classes, the probabilities for several, the size of errors for numbers.</summary>
    public static string DefaultMetric(string task) => task switch
    {
        ModelTask.Multiclass => MulticlassMetricNames.LogLoss,
        ModelTask.Regression => RegressionMetricNames.RootMeanSquaredError,
        _ => BinaryMetricNames.RocAuc,
    };
}
