using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Signing;

/// <summary>model package, private key → the same package with model.sig, and its provenance in a signed envelope. The package's digest stays what it is: a signature is a companion.</summary>
/// <param name="runner">Restores or makes.</param>
/// <param name="key">Signs.</param>
public sealed class SignStage(StageRunner runner, SigningKey key)
{
    public const string Name = "Sign";

    // Changes when what is signed does.
    private const string Recipe = "1";

    public Task<SignedPackage> RunAsync(PackagedModel package, CancellationToken cancellationToken) =>
        runner.RunAsync<SignedPackage>(Key(package), (output, token) => WriteAsync(output, package, token), cancellationToken);

    /// <summary>The key, for plans.</summary>
    public StageKey Key(PackagedModel package) => new(Name, package.Manifest.Name, new Dictionary<string, string>
    {
        ["recipe"] = Recipe,
        ["package"] = package.Digest.ToString(),
        ["public key"] = key.PublicKey.Fingerprint.ToString(),
        ["provenance"] = File.Exists(package.ProvenancePath) ? Digest.OfFile(package.ProvenancePath).ToString() : "none",
    });

    private async Task WriteAsync(string output, PackagedModel package, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(output, SignedPackage.PackageFolder)).FullName;
        foreach (var file in package.Manifest.Files.Select(file => file.Path).Append(PackageFiles.Manifest))
        {
            Copy(package.Directory, directory, file);
        }

        var signed = package with { Directory = directory };
        await File.WriteAllBytesAsync(signed.SignaturePath, key.SignStatement(ModelStatement.Of(package).ToBytes()).ToBytes(), cancellationToken);
        if (File.Exists(package.ProvenancePath))
        {
            Copy(package.Directory, directory, PackageFiles.Provenance);
            var bundle = key.SignStatement(await File.ReadAllBytesAsync(package.ProvenancePath, cancellationToken));
            await File.WriteAllBytesAsync(Path.Combine(output, PackageFiles.SignedProvenance), bundle.ToBytes(), cancellationToken);
        }

        // As the service will: two libraries must agree on what was signed.
        ModelSignature.Verify(PackageReader.Open(directory), key.PublicKey);
        runner.Log.Info($"{Name}: {package} signed with the key {key.PublicKey.Fingerprint.Hex}");
    }

    private static void Copy(string from, string to, string file)
    {
        var destination = Path.Combine(to, file);
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        File.Copy(Path.Combine(from, file), destination);
    }
}
