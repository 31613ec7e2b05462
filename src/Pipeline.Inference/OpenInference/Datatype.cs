namespace Pipeline.Inference.OpenInference;

/// <summary>Element types of tensors, by the protocol's names.</summary>
internal enum Datatype
{
    /// <summary>None that the protocol knows.</summary>
    Unknown,
    Fp32,
    Bytes,
    Int64,
    Fp64,
    Int32,
    Int16,
    Int8,
    Uint64,
    Uint32,
    Uint16,
    Uint8,
    Bool,
    Fp16,

    /// <summary>The upper half of an FP32; known to Triton, not to the protocol itself.</summary>
    Bf16,
}
