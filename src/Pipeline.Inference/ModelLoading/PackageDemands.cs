using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Inference.ModelLoading;

/// <summary>What a package must fulfil before it is loaded, beside being what its manifest says.</summary>
/// <param name="Digest">The digest that it must have; null takes any.</param>
/// <param name="DigestBy">The option and the variable that tell the digest, for messages.</param>
/// <param name="KeyFile">The public key that must have signed it; null takes unsigned ones.</param>
public sealed record PackageDemands(Digest? Digest, string DigestBy, string? KeyFile)
{
    private const string KeyBy = "--model-key, MODEL_KEY";

    /// <summary>Holds the package to the demands.</summary>
    /// <returns>The fingerprint of the key that has signed it; null if no key is demanded, whatever signature there is.</returns>
    /// <exception cref="InvalidDataException">It is another package, or not signed by the key, or there is no such key.</exception>
    public Digest? Check(PackagedModel package)
    {
        if (Digest is { } digest && package.Digest != digest)
        {
            throw new InvalidDataException($"{package.Directory} holds {package} with the digest {package.Digest}; {digest} is expected ({DigestBy}).");
        }

        if (KeyFile is null)
        {
            return null;
        }

        var key = LoadKey(KeyFile);
        ModelSignature.Verify(package, key);
        return key.Fingerprint;
    }

    private static VerificationKey LoadKey(string path)
    {
        try
        {
            return VerificationKey.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the key {path} ({KeyBy}) cannot be read: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{e.Message} ({KeyBy})", e);
        }
    }
}
