namespace Pipeline.Drift.Verdicts;

/// <summary>What is compared with the reference.</summary>
public enum SubjectKind
{
    /// <summary>A column that the model is asked with.</summary>
    Feature,

    /// <summary>The probabilities that the model answers.</summary>
    Prediction,

    /// <summary>The labels that the model answers.</summary>
    PredictedLabel,

    /// <summary>The labels as they turned out; where they are known.</summary>
    Label,
}
