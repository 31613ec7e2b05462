using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>A feature column as the query gives it, before any row has been read.</summary>
internal sealed record ExampleColumn(string Name, string DuckDbType, FeatureKind Kind);
