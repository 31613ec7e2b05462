namespace Pipeline.Metrics.Binary;

/// <summary>Names of the metrics of a binary model, as model.yaml and reports write them.</summary>
public static class BinaryMetricNames
{
    public const string RocAuc = "rocAuc";
    public const string AveragePrecision = "averagePrecision";
    public const string KolmogorovSmirnov = "ks";

    /// <summary>In nats.</summary>
    public const string LogLoss = "logLoss";

    public const string LogLossReduction = "logLossReduction";
    public const string Brier = "brier";
    public const string BrierSkill = "brierSkill";
    public const string CalibrationError = "ece";
    public const string CalibrationErrorOfEqualMass = "eceEqualMass";
    public const string GreatestCalibrationError = "mce";
    public const string Accuracy = "accuracy";
    public const string BalancedAccuracy = "balancedAccuracy";
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string Specificity = "specificity";
    public const string FalsePositiveRate = "falsePositiveRate";
    public const string NegativePredictiveValue = "negativePredictiveValue";
    public const string F1 = "f1";
    public const string MatthewsCorrelation = "mcc";
    public const string Kappa = "kappa";
    public const string PredictedPositiveRate = "predictedPositiveRate";
    public const string MeanProbability = "meanProbability";
    public const string BaseRate = "baseRate";
}
