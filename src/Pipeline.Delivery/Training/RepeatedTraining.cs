using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Training;

/// <summary>What the trainer that was chosen makes when it is trained once more.</summary>
/// <param name="Digests">Of the graphs; several if the definition has that trainer several times.</param>
public sealed record RepeatedTraining(IReadOnlyList<Digest> Digests) : IArtifact<RepeatedTraining>
{
    internal const string File = "repeated.json";

    public static RepeatedTraining Load(string directory)
    {
        var path = Path.Combine(directory, File);
        return PackageJson.Deserialize<RepeatedTraining>(System.IO.File.ReadAllBytes(path), path);
    }
}
