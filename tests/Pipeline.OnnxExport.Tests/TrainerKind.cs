namespace Pipeline.OnnxExport.Tests;

/// <summary>Every trainer of every task that can be exported.</summary>
public enum TrainerKind
{
    LightGbm,
    FastTree,
    LogisticRegression,
    MulticlassLightGbm,
    MaximumEntropy,
    RegressionLightGbm,
    RegressionFastTree,
    LinearRegression,
}
