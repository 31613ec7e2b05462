namespace Pipeline.Metrics;

/// <summary>What a metric is, for those who declare a gate on it and those who read a report.</summary>
/// <param name="Name">As model.yaml and reports write it, e.g. <c>rocAuc</c>.</param>
/// <param name="Meaning">How it is computed, one sentence.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="UndefinedIf">When it has no value, as the end of a sentence; empty if that is only without rows.</param>
public record MetricDefinition(string Name, string Meaning, MetricDirection Direction, string UndefinedIf)
{
    /// <summary>True if the metric judges decisions and not scores, so that it changes with the decision threshold.</summary>
    public bool NeedsThreshold { get; init; }

    /// <summary>The least value that it can have; null if there is none.</summary>
    public double? Least { get; init; }

    /// <summary>The greatest; null if there is none.</summary>
    public double? Most { get; init; }
}
