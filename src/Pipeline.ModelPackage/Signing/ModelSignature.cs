namespace Pipeline.ModelPackage.Signing;

/// <summary>Verifies the signature of a model package, model.sig in its folder: OpenSSF model signing v1.0 with a key.</summary>
public static class ModelSignature
{
    /// <summary>Demands that a key's owner has signed exactly this package.</summary>
    /// <param name="package">The package; <see cref="PackageReader.Open"/> has re-hashed its files, so that they are not read again.</param>
    /// <param name="key">Whose signature it must be.</param>
    /// <exception cref="InvalidDataException">There is no signature, it is another key's, it does not hold, or it is over other files. The message names each such file.</exception>
    public static void Verify(PackagedModel package, VerificationKey key)
    {
        if (!package.IsSigned)
        {
            throw new InvalidDataException($"{package.Directory} is not signed: it has no {PackageFiles.Signature}; a signature by the key {key.Fingerprint.Abbreviated} is demanded.");
        }

        var bundle = SigstoreBundle.Parse(File.ReadAllBytes(package.SignaturePath), package.SignaturePath);
        var statement = ModelStatement.Parse(SignedPayload(bundle, key, package.SignaturePath), package.SignaturePath);
        var faults = FaultsOf(package, statement).ToList();
        if (faults.Count > 0)
        {
            throw new InvalidDataException($"{package.SignaturePath} is the signature of another package than {package} ({package.Digest}): {string.Join("; ", faults)}.");
        }
    }

    /// <summary>The payload of a bundle that a key's owner has signed: the very bytes.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="key">Whose signature it must be.</param>
    /// <param name="origin">Where the bundle is from, for messages.</param>
    /// <exception cref="InvalidDataException">It is another key's, does not hold, or is over something else than an in-toto statement.</exception>
    public static byte[] SignedPayload(SigstoreBundle bundle, VerificationKey key, string origin)
    {
        var envelope = bundle.DsseEnvelope;
        try
        {
            if (!key.Verifies(envelope))
            {
                // The hint is the bundle's own word: it only makes the message better.
                var hint = bundle.VerificationMaterial.PublicKey?.Hint;
                throw new InvalidDataException(hint is { Length: > 0 } && hint != key.Fingerprint.Hex
                    ? $"{origin} is by another key: it says {hint}, {key.Fingerprint.Hex} is demanded."
                    : $"{origin} does not hold: what it signs was changed, or it is not by the key {key.Fingerprint.Hex}.");
            }

            return envelope.PayloadType == DsseEnvelope.InTotoType
                ? envelope.PayloadBytes()
                : throw new InvalidDataException($"{origin} signs a payload of the type '{envelope.PayloadType}', not {DsseEnvelope.InTotoType}.");
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{origin} holds something that is not base64.", e);
        }
    }

    private static IEnumerable<string> FaultsOf(PackagedModel package, ModelStatement statement)
    {
        var signed = statement.Predicate.Resources.ToDictionary(file => file.Name, file => file.Digest, StringComparer.Ordinal);
        foreach (var file in ModelStatement.Of(package).Predicate.Resources)
        {
            if (!signed.Remove(file.Name, out var digest))
            {
                yield return $"{file.Name} is not signed";
            }
            else if (digest != file.Digest)
            {
                yield return $"{file.Name} has {file.Digest}, signed is {digest}";
            }
        }

        foreach (var (name, digest) in signed)
        {
            // Other tools sign whatever lies there; a companion may be among it, if it is still the same.
            if (!PackageFiles.Companions.Contains(name) || !File.Exists(Path.Combine(package.Directory, name)))
            {
                yield return $"{name} is signed and missing";
            }
            else if (Digest.OfFile(Path.Combine(package.Directory, name)).Hex != digest)
            {
                yield return $"{name} has changed since it was signed";
            }
        }
    }
}
