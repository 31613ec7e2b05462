using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>Finds who signed an envelope.</summary>
public static class SignedStatements
{
    /// <param name="envelope">With one signature or several.</param>
    /// <param name="signers">Whose signatures count.</param>
    /// <param name="at">When it was signed.</param>
    /// <param name="purpose">What it must have been signed for: one of the namespaces.</param>
    /// <returns>Who signed, each once; and why a signature does not count, of those that do not.</returns>
    public static (IReadOnlyList<string> People, IReadOnlyList<string> Faults) Verify(DsseEnvelope envelope, AllowedSigners signers, DateTimeOffset at, string purpose = AllowedSigners.Namespace)
    {
        var (people, faults) = (new List<string>(), new List<string>());
        var signed = envelope.SignedBytes();
        foreach (var signature in envelope.Signatures)
        {
            var (person, why) = Verify(signature, signed, signers, at, purpose);
            if (person is null)
            {
                faults.Add(why!);
            }
            else if (!people.Contains(person))
            {
                people.Add(person);
            }
        }

        return envelope.Signatures.Count == 0 ? ([], ["it has no signature"]) : (people, faults);
    }

    private static (string? Person, string? Why) Verify(DsseSignature signature, byte[] signed, AllowedSigners signers, DateTimeOffset at, string purpose)
    {
        try
        {
            var ssh = SshSignature.Parse(signature.Bytes());
            return ssh.Namespace != purpose ? (null, $"its signature is for '{ssh.Namespace}' and not for {purpose}")
                : !ssh.Verifies(signed) ? (null, $"its signature by {ssh.Key.Fingerprint} is not over what it says: one of them was changed or swapped")
                : signers.Find(ssh.Key, at, purpose);
        }
        catch (Exception e) when (e is FormatException or System.Security.Cryptography.CryptographicException)
        {
            return (null, $"its signature cannot be read: {e.Message.TrimEnd('.')}");
        }
    }
}
