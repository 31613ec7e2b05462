namespace Pipeline.Inference.OpenInference;

/// <summary>A tensor that an answer must hold.</summary>
/// <param name="Tensor">Which.</param>
/// <param name="IsBinary">Whether its elements follow the JSON as bytes.</param>
internal readonly record struct RequestedOutput(OutputTensor Tensor, bool IsBinary);
