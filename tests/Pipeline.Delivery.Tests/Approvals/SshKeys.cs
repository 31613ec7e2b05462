using System.Collections.Concurrent;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Engine;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>Keys that ssh-keygen made, each once for all tests.</summary>
internal static class SshKeys
{
    private static readonly DirectoryInfo Folder = Directory.CreateTempSubdirectory("ssh keys ");
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Made = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    static SshKeys() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Delete(recursive: true);

    /// <summary>The path of a private key.</summary>
    /// <param name="name">Whose, or what for.</param>
    /// <param name="arguments">Of ssh-keygen: type and bits.</param>
    public static Task<string> PathAsync(string name, params string[] arguments) => Made.GetOrAdd(name, _ => new Lazy<Task<string>>(async () =>
    {
        SkipIfMissing();
        var path = Path.Combine(Folder.FullName, name);
        await CommandLine.RunAsync("ssh-keygen", ["-q", .. arguments.Length == 0 ? ["-t", "ed25519"] : arguments, "-N", "", "-C", name, "-f", path], Folder.FullName, CancellationToken.None);
        return path;
    })).Value;

    /// <summary>A line of the file of allowed signers.</summary>
    public static async Task<string> LineAsync(string person, string name, string options = "") =>
        $"{person} namespaces=\"{AllowedSigners.Namespace}\"{(options.Length == 0 ? string.Empty : $",{options}")} {(await File.ReadAllTextAsync(await PathAsync(name) + ".pub", Token)).Trim()}\n";

    public static async Task<DsseEnvelope> SignAsync(string name, byte[] payload)
    {
        var scratch = Directory.CreateTempSubdirectory("to sign ");
        try
        {
            return await new SshSigner(await PathAsync(name)).SignAsync(payload, AllowedSigners.Namespace, scratch.FullName, Token);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static void SkipIfMissing()
    {
        if (Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "ssh-keygen.exe" : "ssh-keygen"))))
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1")
        {
            Assert.Fail("PIPELINE_REQUIRE_ALL is set, and there is no ssh-keygen");
        }

        Assert.Skip("there is no ssh-keygen");
    }
}
