namespace Pipeline.ModelPackage;

/// <summary>Names of the files of a model package.</summary>
public static class PackageFiles
{
    public const string Manifest = "manifest.json";
    public const string Onnx = "model.onnx";
    public const string Golden = "golden.json";
    public const string ModelCard = "model-card.md";
}
