using System.Text.Json.Serialization;
using Pipeline.Delivery.Evaluation.Baselines;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How a candidate does on the test rows, the content of evaluation.json. Exactly one of the details is there, that of the model's task.</summary>
/// <param name="Rows">Test rows.</param>
/// <param name="Metrics">By name, in the order in which reports show them; see <see cref="MetricCatalog"/>.</param>
public sealed record EvaluationReport(int Rows, IReadOnlyDictionary<string, MetricEstimate> Metrics)
{
    /// <summary>Of a model of two classes, else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BinaryDetail? Binary { get; init; }

    /// <summary>Of a model of several classes, else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MulticlassDetail? Multiclass { get; init; }

    /// <summary>Of a model of a number, else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RegressionDetail? Regression { get; init; }

    /// <summary>Trivial models on the same rows.</summary>
    public IReadOnlyList<BaselineReport> Baselines { get; init; } = [];

    /// <summary>The slices that the definition names.</summary>
    public IReadOnlyList<SliceReport> Slices { get; init; } = [];

    /// <summary>Where the candidate is worst; null if it was not looked for.</summary>
    public WorstSlices? WorstSlices { get; init; }

    /// <summary>For each column that a gate on fairness names.</summary>
    public IReadOnlyList<GroupFairnessReport> Fairness { get; init; } = [];

    /// <summary>What the candidate loses when a feature tells it nothing, the most important first; empty if that is undefined.</summary>
    public IReadOnlyList<FeatureImportance> Importance { get; init; } = [];

    /// <summary>As model.yaml writes it.</summary>
    /// <exception cref="InvalidOperationException">There is no detail, or more than one.</exception>
    [JsonIgnore]
    public string Task => (Binary, Multiclass, Regression) switch
    {
        ({ }, null, null) => MetricCatalog.Binary,
        (null, { }, null) => MetricCatalog.Multiclass,
        (null, null, { }) => MetricCatalog.Regression,
        _ => throw new InvalidOperationException("An evaluation has the details of exactly one task."),
    };

    /// <summary>What the metrics are, by name.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, MetricDefinition> Definitions => MetricCatalog.ByName(Task);

    /// <summary>The metrics' values; null where undefined.</summary>
    public IReadOnlyDictionary<string, double?> Values() => Metrics.ToDictionary(metric => metric.Key, metric => metric.Value.Value);
}
