namespace Pipeline.ModelPackage;

/// <summary>The golden requests of a model package, the content of golden.json.</summary>
/// <param name="Rows">At least one row.</param>
public sealed record GoldenSample(IReadOnlyList<GoldenRow> Rows);
