using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>What the protocol's requests need of one model. Thread-safe.</summary>
public sealed class OpenInferenceModel(PackagedModel package)
{
    private const string LabelName = "label";

    private readonly byte[] _utf8Numbers = Encoding.UTF8.GetBytes(package.Manifest.Outputs.Tensor);

    /// <summary>Writes answers.</summary>
    internal InferAnswerWriter Writer { get; } = new(package);

    /// <summary>JSON that need not be parsed again.</summary>
    internal RequestTemplates Templates { get; } = new();

    /// <summary>The tensors that the model answers, in their order.</summary>
    internal IReadOnlyList<OutputTensor> Outputs { get; } = package.Manifest.Outputs.Labels.Count > 0 ? [OutputTensor.Numbers, OutputTensor.Label] : [OutputTensor.Numbers];

    /// <summary>Their names, for people.</summary>
    internal string OutputNames => string.Join(" or ", Outputs.Select(NameOf));

    internal ReadOnlySpan<byte> Utf8Numbers => _utf8Numbers;

    internal string NameOf(OutputTensor tensor) => tensor == OutputTensor.Numbers ? package.Manifest.Outputs.Tensor : LabelName;
}
