namespace Pipeline.Delivery.Evaluation;

/// <summary>Names of the metrics of a binary model, as model.yaml and reports write them.</summary>
public static class MetricNames
{
    public const string RocAuc = "rocAuc";
    public const string AveragePrecision = "averagePrecision";

    /// <summary>In nats.</summary>
    public const string LogLoss = "logLoss";

    public const string Brier = "brier";
    public const string Accuracy = "accuracy";
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string F1 = "f1";

    public static IReadOnlyList<string> All { get; } = [RocAuc, AveragePrecision, LogLoss, Brier, Accuracy, Precision, Recall, F1];

    /// <summary>False for losses.</summary>
    public static bool HigherIsBetter(string metric) => metric is not (LogLoss or Brier);

    /// <summary>True if the metric judges decisions and not probabilities, so that it changes with the decision threshold.</summary>
    public static bool NeedsThreshold(string metric) => metric is Accuracy or Precision or Recall or F1;

    /// <summary>True if the metric lies between 0 and 1.</summary>
    public static bool IsShare(string metric) => metric is not LogLoss;
}
