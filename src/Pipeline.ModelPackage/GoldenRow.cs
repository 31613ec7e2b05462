using System.Text.Json.Nodes;

namespace Pipeline.ModelPackage;

/// <summary>A request row with the answer that the model gave in the pipeline; the smoke test demands the same answer of the running service.</summary>
/// <param name="Row">Column values as a client sends them: numbers, strings, null for missing.</param>
/// <param name="Probability">The expected probability.</param>
/// <param name="Label">The expected label.</param>
public sealed record GoldenRow(JsonObject Row, float Probability, string Label);
