namespace Pipeline.Metrics;

/// <summary>Which way a metric is better.</summary>
public enum MetricDirection
{
    /// <summary>A score, such as accuracy.</summary>
    HigherIsBetter,

    /// <summary>A loss, such as log-loss.</summary>
    LowerIsBetter,

    /// <summary>It describes the rows or the answers, such as the share of positives; there is no better.</summary>
    Neither,
}
