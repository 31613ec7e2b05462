using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.ModelPackage;

/// <summary>A tensor that a graph takes or gives.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Length of each dimension; -1 where each run has its own, as the number of rows.</param>
public sealed record GraphTensor(string Name, TensorElementType Type, IReadOnlyList<long> Shape);
