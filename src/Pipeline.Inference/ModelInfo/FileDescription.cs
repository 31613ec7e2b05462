using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelInfo;

/// <summary>One file of the package.</summary>
/// <param name="Path">Relative to the package.</param>
/// <param name="Sha256">The file's digest.</param>
/// <param name="Size">Bytes.</param>
public sealed record FileDescription(string Path, string Sha256, long Size)
{
    public static FileDescription Of(PackageFile file) => new(file.Path, file.Sha256.ToString(), file.Size);
}
