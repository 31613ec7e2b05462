using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>The rows that a package was trained on.</summary>
/// <param name="Dataset">The dataset that the package was made from.</param>
/// <param name="Distance">Compares one feature's values.</param>
public sealed record TrainingSample(Dataset Dataset, SampleComparison Distance);
