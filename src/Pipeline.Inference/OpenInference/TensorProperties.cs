namespace Pipeline.Inference.OpenInference;

/// <summary>Properties of an input tensor, or of a requested output.</summary>
[Flags]
internal enum TensorProperties
{
    None = 0,
    Name = 1,
    Shape = 2,
    Datatype = 4,
    Parameters = 8,
    Data = 16,
}
