using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>An input tensor whose elements follow the JSON as bytes.</summary>
/// <param name="Column">The column that it holds.</param>
/// <param name="Datatype">Its elements' type.</param>
/// <param name="Size">Its bytes.</param>
internal readonly record struct BinaryInput(Column Column, Datatype Datatype, int Size);
