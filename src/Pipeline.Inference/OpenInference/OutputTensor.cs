namespace Pipeline.Inference.OpenInference;

/// <summary>The tensors of an answer.</summary>
internal enum OutputTensor
{
    /// <summary>The positive class's probability: FP32 [N].</summary>
    Probability,

    /// <summary>The label that the threshold gives: BYTES [N].</summary>
    Label,
}
