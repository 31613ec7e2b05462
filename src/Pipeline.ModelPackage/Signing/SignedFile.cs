namespace Pipeline.ModelPackage.Signing;

/// <summary>One file that is signed.</summary>
/// <param name="Name">Relative to the folder, with forward slashes.</param>
/// <param name="Algorithm">Always <see cref="Sha256"/>.</param>
/// <param name="Digest">Lower-case hex digits.</param>
public sealed record SignedFile(string Name, string Algorithm, string Digest)
{
    public const string Sha256 = "sha256";

    internal bool IsWellFormed => ModelPackage.Digest.TryParse($"{Sha256}:{Digest}", out _);
}
