namespace Pipeline.Inference.OpenInference;

/// <summary>Properties of a request.</summary>
[Flags]
internal enum RequestProperties
{
    None = 0,
    Id = 1,
    Parameters = 2,
    Inputs = 4,
    Outputs = 8,
}
