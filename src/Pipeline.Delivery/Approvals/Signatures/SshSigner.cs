using Pipeline.Engine;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>Signs with a person's SSH key through <c>ssh-keygen -Y sign</c>, which talks to the agent and to hardware keys and asks for passphrases on the terminal.</summary>
/// <param name="keyPath">A private key, or a public one whose private half the agent or a hardware key has.</param>
public sealed class SshSigner(string keyPath)
{
    private static readonly string[] UsualNames = ["id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa"];

    public string KeyPath => keyPath;

    /// <summary>The key that was named, else the one that git signs with, else one under a usual name.</summary>
    /// <param name="named">What --ssh-key says; null if nothing.</param>
    /// <param name="directory">Of the repository, for git's settings.</param>
    /// <param name="scratch">Where a key that git has in its settings is written to.</param>
    /// <param name="cancellationToken">Stops asking git.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="PipelineException">Exit code 64: there is no such file.</exception>
    public static async Task<SshSigner?> FindAsync(string? named, string directory, string scratch, CancellationToken cancellationToken)
    {
        if (named is not null)
        {
            return File.Exists(named) ? new SshSigner(named) : throw new PipelineException(ExitCode.Usage, $"--ssh-key {named}: there is no such file. Give the path of a private key, or of a public one whose private half the agent has.");
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (await FromGitAsync(directory, cancellationToken) is { } configured)
        {
            var literal = configured.StartsWith("key::", StringComparison.Ordinal) ? configured["key::".Length..] : configured;
            if (literal.StartsWith("ssh-", StringComparison.Ordinal) || literal.StartsWith("ecdsa-", StringComparison.Ordinal) || literal.StartsWith("sk-", StringComparison.Ordinal))
            {
                var path = Path.Combine(scratch, "signing-key.pub");
                await File.WriteAllTextAsync(path, literal + "\n", cancellationToken);
                return new SshSigner(path);
            }

            var file = configured.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, configured[2..]) : configured;
            if (File.Exists(file))
            {
                return new SshSigner(file);
            }
        }

        return UsualNames.Select(name => Path.Combine(home, ".ssh", name)).FirstOrDefault(File.Exists) is { } usual ? new SshSigner(usual) : null;
    }

    /// <summary>Its public half, which is not asked for a passphrase.</summary>
    /// <exception cref="PipelineException">Exit code 64: the file is no key of OpenSSH.</exception>
    public SshPublicKey PublicKey()
    {
        try
        {
            var publicPath = keyPath.EndsWith(".pub", StringComparison.Ordinal) ? keyPath : keyPath + ".pub";
            return File.Exists(publicPath)
                ? SshPublicKey.FromBlob(Convert.FromBase64String(File.ReadAllText(publicPath).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var blob, ..] ? blob.Trim() : throw new FormatException("it has no key")))
                : SshPrivateKeyFile.PublicKeyIn(File.ReadAllText(keyPath));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(ExitCode.Usage, $"{keyPath} is no key of OpenSSH: {e.Message.TrimEnd('.')}. Make one: ssh-keygen -t ed25519", e);
        }
    }

    /// <summary>Puts a payload into an envelope with this key's signature.</summary>
    /// <param name="payload">A statement's bytes.</param>
    /// <param name="purpose">What it is signed for: one of the namespaces of <see cref="AllowedSigners"/>.</param>
    /// <param name="scratch">A folder of this run, for what ssh-keygen reads and writes.</param>
    /// <param name="cancellationToken">Ends ssh-keygen.</param>
    /// <exception cref="PipelineException">ssh-keygen is not there, or did not sign; it has said why.</exception>
    public async Task<DsseEnvelope> SignAsync(byte[] payload, string purpose, string scratch, CancellationToken cancellationToken)
    {
        var file = Path.Combine(scratch, "to-sign");
        await File.WriteAllBytesAsync(file, DsseEnvelope.SignedBytes(DsseEnvelope.InTotoType, payload), cancellationToken);
        File.Delete(file + ".sig");
        var exitCode = await CommandLine.RunOnTerminalAsync("ssh-keygen", ["-q", "-Y", "sign", "-f", keyPath, "-n", purpose, file], scratch, cancellationToken);
        if (exitCode != 0 || !File.Exists(file + ".sig"))
        {
            throw new PipelineException(ExitCode.ToolError, $"ssh-keygen did not sign with {keyPath} (exit code {exitCode}); what it says is above. Is the passphrase right, the agent running, the hardware key plugged in? Nothing was recorded.");
        }

        var blob = SshSignature.FromArmor(await File.ReadAllTextAsync(file + ".sig", cancellationToken));
        return DsseEnvelope.Of(DsseEnvelope.InTotoType, payload, new DsseSignature(Convert.ToBase64String(blob), SshSignature.Parse(blob).Key.Fingerprint));
    }

    private static async Task<string?> FromGitAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            var format = (await CommandLine.RunAsync("git", ["config", "gpg.format"], directory, cancellationToken)).Trim();
            return format == "ssh" ? (await CommandLine.RunAsync("git", ["config", "user.signingkey"], directory, cancellationToken)).Trim() : null;
        }
        catch (PipelineException)
        {
            // No git, or it signs with nothing.
            return null;
        }
    }
}
