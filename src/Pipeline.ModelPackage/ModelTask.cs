namespace Pipeline.ModelPackage;

/// <summary>What a model predicts, as model.yaml and manifests write it.</summary>
public static class ModelTask
{
    /// <summary>Which of two classes.</summary>
    public const string Binary = "binary";

    /// <summary>Which of several classes.</summary>
    public const string Multiclass = "multiclass";

    /// <summary>A number.</summary>
    public const string Regression = "regression";

    public static IReadOnlyList<string> Names { get; } = [Binary, Multiclass, Regression];
}
