namespace Pipeline.Inference.OpenInference;

/// <summary>The tensors of an answer.</summary>
internal enum OutputTensor
{
    /// <summary>The numbers that the model answers, by the name that its task gives them: FP32 [N], or [N, classes].</summary>
    Numbers,

    /// <summary>The label that follows from them: BYTES [N]. A model of a number has none.</summary>
    Label,
}
