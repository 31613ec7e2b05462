namespace Pipeline.Metrics.Multiclass;

/// <summary>Names of the metrics of a model of several classes; what has the same meaning for two classes has the same name.</summary>
public static class MulticlassMetricNames
{
    public const string Accuracy = "accuracy";

    /// <summary>ML.NET's MacroAccuracy.</summary>
    public const string BalancedAccuracy = "balancedAccuracy";

    public const string MacroPrecision = "macroPrecision";
    public const string MacroF1 = "macroF1";
    public const string WeightedF1 = "weightedF1";
    public const string MatthewsCorrelation = "mcc";
    public const string Kappa = "kappa";
    public const string Top2Accuracy = "top2Accuracy";
    public const string Top3Accuracy = "top3Accuracy";

    /// <summary>In nats.</summary>
    public const string LogLoss = "logLoss";

    public const string LogLossReduction = "logLossReduction";
    public const string Brier = "brier";
    public const string CalibrationError = "ece";
    public const string RocAucOneVersusRest = "rocAucOvr";
    public const string RocAucOneVersusOne = "rocAucOvo";
}
