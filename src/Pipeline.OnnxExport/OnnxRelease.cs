namespace Pipeline.OnnxExport;

/// <summary>The oldest releases that read what <see cref="ModelExport"/> writes, for programs that other people run it with. They follow from the graph's operator sets and format version.</summary>
public static class OnnxRelease
{
    /// <summary>Of ONNX: the first with operator set 17. Source: docs/Versioning.md of the ONNX project.</summary>
    public const string Onnx = "1.12.0";

    /// <summary>Of ONNX Runtime: the first with operator set 17. Source: docs/Versioning.md of the ONNX Runtime project.</summary>
    public const string OnnxRuntime = "1.12.0";
}
