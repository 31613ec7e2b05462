namespace Pipeline.Tracking;

/// <summary>Rows that a run has read.</summary>
/// <param name="Name">Of the data; up to 500 characters.</param>
/// <param name="Digest">Up to 36 characters.</param>
/// <param name="SourceType">Such as <c>local</c>.</param>
/// <param name="Source">JSON text that says where the data is.</param>
/// <param name="Schema">JSON text in MLflow's form (<c>{"mlflow_colspec": …}</c>); null if unknown.</param>
/// <param name="Profile">JSON text such as <c>{"num_rows": 150}</c>; null if unknown.</param>
/// <param name="Context">What it was read for: <c>training</c>, <c>validation</c>, <c>testing</c>.</param>
public sealed record DatasetInput(string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile, string Context);
