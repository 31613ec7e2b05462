namespace Pipeline.OnnxExport.Tests;

public enum TrainerKind
{
    LightGbm,
    FastTree,
    LogisticRegression,
}
