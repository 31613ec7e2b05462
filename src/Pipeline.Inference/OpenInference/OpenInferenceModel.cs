using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>What the protocol's requests need of one model. Thread-safe.</summary>
public sealed class OpenInferenceModel(PackagedModel package)
{
    /// <summary>Writes answers.</summary>
    internal InferAnswerWriter Writer { get; } = new(package);

    /// <summary>JSON that need not be parsed again.</summary>
    internal RequestTemplates Templates { get; } = new();
}
