namespace Pipeline.ModelPackage;

/// <summary>Names of the files of a model package.</summary>
public static class PackageFiles
{
    public const string Manifest = "manifest.json";
    public const string Onnx = "model.onnx";
    public const string Golden = "golden.json";
    public const string ModelCard = "model-card.md";

    /// <summary>What the model had to fulfil; early packages have none.</summary>
    public const string Gates = "gates.json";

    /// <summary>What the rows of training looked like; early packages have none.</summary>
    public const string Reference = "reference.json";
}
