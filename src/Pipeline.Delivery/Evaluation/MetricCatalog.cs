using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;
using Pipeline.Metrics.Regression;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>The metrics of each task. The same name may mean another thing in another task.</summary>
public static class MetricCatalog
{
    /// <summary>Two classes.</summary>
    public const string Binary = ModelTask.Binary;

    /// <summary>Several classes.</summary>
    public const string Multiclass = ModelTask.Multiclass;

    /// <summary>A number.</summary>
    public const string Regression = ModelTask.Regression;

    private static readonly Dictionary<string, IReadOnlyDictionary<string, MetricDefinition>> Tasks = new()
    {
        [Binary] = BinaryMetrics.ByName,
        [Multiclass] = MulticlassMetrics.All.ToDictionary(metric => metric.Name),
        [Regression] = RegressionMetrics.All.ToDictionary(metric => metric.Name),
    };

    /// <summary>True if any task has a metric of this name.</summary>
    public static bool IsKnown(string name) => Tasks.Values.Any(metrics => metrics.ContainsKey(name));

    /// <param name="task">As model.yaml writes it.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such task.</exception>
    public static IReadOnlyDictionary<string, MetricDefinition> ByName(string task) =>
        Tasks.TryGetValue(task, out var metrics) ? metrics : throw new ArgumentOutOfRangeException(nameof(task), task, $"There is no such task; there are {string.Join(", ", Tasks.Keys)}.");
}
