using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Rows with their labels.</summary>
/// <param name="Features">The feature values.</param>
/// <param name="Labels">True for the positive class; one per row.</param>
public sealed record LabeledBatch(FeatureBatch Features, bool[] Labels);
