using Pipeline.Metrics;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What a model loses when a feature tells it nothing.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Loss">See <see cref="PermutationImportance.Meaning"/>; above 0 if the model is worse without the feature.</param>
/// <param name="Interval">Of the loss on other rows, with the same shuffling.</param>
public sealed record FeatureImportance(string Feature, double Loss, ConfidenceInterval? Interval);
