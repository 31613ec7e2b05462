using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>A column of a dataset that the model does not see; its answers are judged by it.</summary>
/// <param name="Name">As the query gives it.</param>
/// <param name="Kind">A number or a text.</param>
public sealed record AttributeColumn(string Name, FeatureKind Kind);
