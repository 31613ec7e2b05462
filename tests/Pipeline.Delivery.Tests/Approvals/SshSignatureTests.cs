using System.Text;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Engine;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Tests.Approvals;

public sealed class SshSignatureTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("ssh signatures ");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _scratch.Delete(recursive: true);

    [Theory]
    [InlineData("ed25519", "-t", "ed25519")]
    [InlineData("nistp256", "-t", "ecdsa", "-b", "256")]
    [InlineData("nistp384", "-t", "ecdsa", "-b", "384")]
    [InlineData("nistp521", "-t", "ecdsa", "-b", "521")]
    [InlineData("rsa", "-t", "rsa", "-b", "2048")]
    public async Task What_ssh_keygen_signs_with_a_key_verifies_and_nothing_else_does(string name, params string[] arguments)
    {
        var path = await SshKeys.PathAsync(name, arguments);
        var blob = await SignAsync(path, "said", AllowedSigners.Namespace);

        var signature = SshSignature.Parse(blob);

        signature.Namespace.Should().Be(AllowedSigners.Namespace);
        signature.Verifies("said"u8.ToArray()).Should().BeTrue();
        signature.Verifies("say"u8.ToArray()).Should().BeFalse();
        (signature with { Namespace = "git" }).Verifies("said"u8.ToArray()).Should().BeFalse("the namespace is signed with it");
        (signature with { HashAlgorithm = "md5" }).Verifies("said"u8.ToArray()).Should().BeFalse();
        signature.Key.Fingerprint.Should().Be((await CommandLine.RunAsync("ssh-keygen", ["-l", "-f", path], _scratch.FullName, Token)).Split(' ')[1]);
        new SshSigner(path).PublicKey().Should().Be(signature.Key);
    }

    [Fact]
    public async Task Another_keys_signature_does_not_verify_as_this_keys()
    {
        var one = SshSignature.Parse(await SignAsync(await SshKeys.PathAsync("ed25519"), "said", AllowedSigners.Namespace));
        var other = SshSignature.Parse(await SignAsync(await SshKeys.PathAsync("other"), "said", AllowedSigners.Namespace));

        (one with { Value = other.Value }).Verifies("said"u8.ToArray()).Should().BeFalse();
    }

    [Fact]
    public async Task A_key_without_its_public_half_beside_it_says_whose_it_is_without_a_passphrase()
    {
        var path = Path.Combine(_scratch.FullName, "alone");
        await CommandLine.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "a passphrase", "-f", path], _scratch.FullName, Token);
        var expected = new SshSigner(path).PublicKey();
        File.Delete(path + ".pub");

        new SshSigner(path).PublicKey().Should().Be(expected);
    }

    [Fact]
    public void A_file_that_is_no_key_is_told()
    {
        var path = Path.Combine(_scratch.FullName, "text");
        File.WriteAllText(path, "no key");

        var read = () => new SshSigner(path).PublicKey();

        read.Should().Throw<PipelineException>().WithMessage($"{path} is no key of OpenSSH*ssh-keygen -t ed25519").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task An_envelope_tells_who_signed_it_and_why_a_signature_does_not_count()
    {
        var signers = AllowedSigners.Parse(await SshKeys.LineAsync("alice@example.com", "alice"), string.Empty, "approvers");
        var good = await SshKeys.SignAsync("alice", "said"u8.ToArray());
        var foreign = await SshKeys.SignAsync("mallory", "said"u8.ToArray());
        var forGit = good with { Signatures = [new DsseSignature(Convert.ToBase64String(await SignAsync(await SshKeys.PathAsync("alice"), Encoding.UTF8.GetString(good.SignedBytes()), "git")))] };

        SignedStatements.Verify(good, signers, Now).People.Should().Equal("alice@example.com");
        SignedStatements.Verify(good with { Signatures = [.. good.Signatures, .. good.Signatures] }, signers, Now).People.Should().Equal("alice@example.com");
        FaultOf(good with { Payload = Convert.ToBase64String("say"u8) }).Should().Contain("is not over what it says");
        FaultOf(good with { PayloadType = "text/plain" }).Should().Contain("is not over what it says");
        FaultOf(good with { Signatures = foreign.Signatures }).Should().EndWith("is nobody's who may sign");
        FaultOf(forGit).Should().Be("its signature is for 'git' and not for ml-delivery-pipeline-approval");
        FaultOf(good with { Signatures = [] }).Should().Be("it has no signature");
        FaultOf(good with { Signatures = [new DsseSignature("AAAA")] }).Should().StartWith("its signature cannot be read");

        string FaultOf(DsseEnvelope envelope)
        {
            var (people, faults) = SignedStatements.Verify(envelope, signers, Now);
            people.Should().BeEmpty();
            return faults.Should().ContainSingle().Subject;
        }
    }

    [Fact]
    public async Task What_we_take_ssh_keygen_takes_too()
    {
        var envelope = await SshKeys.SignAsync("alice", "said"u8.ToArray());
        var signers = Path.Combine(_scratch.FullName, "approvers");
        await File.WriteAllTextAsync(signers, await SshKeys.LineAsync("alice@example.com", "alice"), Token);
        var armored = $"-----BEGIN SSH SIGNATURE-----\n{string.Join('\n', envelope.Signatures[0].Sig.Chunk(70).Select(line => new string(line)))}\n-----END SSH SIGNATURE-----\n";
        await File.WriteAllTextAsync(signers + ".sig", armored, Token);

        var verify = () => CommandLine.RunAsync(
            "ssh-keygen",
            ["-Y", "verify", "-f", signers, "-I", "alice@example.com", "-n", AllowedSigners.Namespace, "-s", signers + ".sig"],
            _scratch.FullName,
            Token,
            standardInput: Encoding.UTF8.GetString(envelope.SignedBytes()));

        (await verify.Should().NotThrowAsync()).Which.Should().Contain("Good");
    }

    private async Task<byte[]> SignAsync(string key, string text, string purpose)
    {
        var file = Path.Combine(_scratch.FullName, Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(file, text, Token);
        await CommandLine.RunAsync("ssh-keygen", ["-q", "-Y", "sign", "-f", key, "-n", purpose, file], _scratch.FullName, Token);
        return SshSignature.FromArmor(await File.ReadAllTextAsync(file + ".sig", Token));
    }
}
