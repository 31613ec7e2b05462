using Pipeline.Metrics;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What a model loses when a feature tells it nothing.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Loss">Area under the ROC curve, less that with the feature's values shuffled among the rows.</param>
/// <param name="Interval">Of the loss on other rows, with the same shuffling.</param>
public sealed record FeatureImportance(string Feature, double Loss, ConfidenceInterval? Interval);
