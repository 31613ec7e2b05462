using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>A feature column of a dataset.</summary>
/// <param name="Name">As the query gives it.</param>
/// <param name="DuckDbType">The type that the query gives it.</param>
/// <param name="Kind">How it enters the model.</param>
/// <param name="MissingInTraining">Training rows without a value.</param>
public sealed record DatasetColumn(string Name, string DuckDbType, FeatureKind Kind, long MissingInTraining);
