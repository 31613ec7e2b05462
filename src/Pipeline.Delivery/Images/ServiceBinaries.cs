using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>The inference service, published self-contained for one runtime identifier.</summary>
/// <param name="Directory">The folder of the store that holds <c>app/</c>.</param>
/// <param name="RuntimeIdentifier">What it runs on, such as <c>linux-x64</c>.</param>
/// <param name="Digest">Over the name, mode and content of every file below <c>app/</c>.</param>
public sealed record ServiceBinaries(string Directory, string RuntimeIdentifier, Digest Digest) : IArtifact<ServiceBinaries>, IReproducible
{
    internal const string DescriptionFile = "service.json";

    /// <summary>The folder with the executable and all it needs.</summary>
    public string AppDirectory => Path.Combine(Directory, "app");

    /// <summary>The service's executable.</summary>
    public string Executable => Path.Combine(AppDirectory, RuntimeIdentifier.StartsWith("win", StringComparison.Ordinal) ? "inference.exe" : "inference");

    string IReproducible.Fingerprint => Digest.ToString();

    public static ServiceBinaries Load(string directory)
    {
        var path = Path.Combine(directory, DescriptionFile);
        var description = PackageJson.Deserialize<Description>(File.ReadAllBytes(path), path);
        return new ServiceBinaries(directory, description.RuntimeIdentifier, description.Digest);
    }

    internal static void Describe(string directory, string runtimeIdentifier, Digest digest) =>
        File.WriteAllBytes(Path.Combine(directory, DescriptionFile), PackageJson.Serialize(new Description(runtimeIdentifier, digest)));

    private sealed record Description(string RuntimeIdentifier, Digest Digest);
}
