namespace Pipeline.ModelPackage;

/// <summary>
/// The contract between training and serving: what the model takes and answers, what it was made from, and every file's digest. The digest of the manifest's bytes
/// is the digest of the package. It holds nothing that depends on when or where it was made, so that the same inputs give the same digest.
/// </summary>
/// <param name="SchemaVersion">Version of this format; readers refuse another.</param>
/// <param name="Name">The model's name, as its folder under models/.</param>
/// <param name="Task">One of <see cref="ModelTask"/>.</param>
/// <param name="Trainer">Name of the trainer that won.</param>
/// <param name="Features">Input columns.</param>
/// <param name="Outputs">What a prediction holds.</param>
/// <param name="Metrics">Metrics on the test rows; null where undefined.</param>
/// <param name="DataDigest">Of the rows that the model's query gave.</param>
/// <param name="DefinitionDigest">Of the settings in model.yaml that training and evaluation read.</param>
/// <param name="CodeDigest">Of the sources that made the package.</param>
/// <param name="Runtimes">Name and version of each library that shaped the model or serves it.</param>
/// <param name="Files">Every file but the manifest, ordered by path.</param>
public sealed record Manifest(
    int SchemaVersion,
    string Name,
    string Task,
    string Trainer,
    FeatureSchema Features,
    ModelOutputs Outputs,
    IReadOnlyDictionary<string, double?> Metrics,
    Digest DataDigest,
    Digest DefinitionDigest,
    Digest CodeDigest,
    IReadOnlyDictionary<string, string> Runtimes,
    IReadOnlyList<PackageFile> Files)
{
    public const int CurrentSchemaVersion = 1;
}
