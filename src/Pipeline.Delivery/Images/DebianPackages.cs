using System.Text.RegularExpressions;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Images;

/// <summary>The Debian packages that a base image is made of, at the versions which this machine's package feed has. Everything is downloaded into and unpacked below a folder of one's own.</summary>
internal sealed partial class DebianPackages
{
    // The C library, what the .NET runtime and ONNX Runtime link, and OpenSSL, which .NET loads for its hash functions even where no TLS is spoken.
    private static readonly string[] Required = ["libc6", "libgcc-s1", "libstdc++6", "ca-certificates"];

    // Its name on Debian 13 and Ubuntu 24.04, and before.
    private static readonly string[] OpenSsl = ["libssl3t64", "libssl3"];

    private readonly IReadOnlyList<string> _packages;
    private readonly RunStore _store;

    private DebianPackages(RunStore store, IReadOnlyList<string> packages, IReadOnlyList<string> names, Digest digest)
    {
        _store = store;
        _packages = packages;
        Names = names;
        Digest = digest;
    }

    /// <summary>File names with versions.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Over the names and SHA-256 values of the packages.</summary>
    public Digest Digest { get; }

    /// <summary>True if this machine has Debian's tools.</summary>
    public static bool AreAvailable => OperatingSystem.IsLinux() && OnPath("apt-get") && OnPath("apt-cache") && OnPath("dpkg-deb");

    /// <summary>Asks the package feed's index for names and digests; downloads nothing.</summary>
    public static async Task<DebianPackages> ResolveAsync(RunStore store, CancellationToken cancellationToken)
    {
        if (!AreAvailable)
        {
            throw new PipelineException(ExitCode.ToolError, "A base image is made of Debian packages, and this machine has no apt-get and dpkg-deb. Run ./build.sh BaseImage on Debian or Ubuntu, or name an image that can be pulled: --base-image IMAGE.");
        }

        using var scratch = store.CreateScratch();
        var openSsl = await FindOpenSslAsync(scratch.Path, cancellationToken);
        var depended = await CommandLine.RunAsync("apt-cache", [.. Options(scratch.Path), "depends", "--important", openSsl], scratch.Path, cancellationToken);
        string[] packages = [.. Required.Append(openSsl).Union(DependencyPattern().Matches(depended).Select(match => match.Groups["name"].Value)).Order(StringComparer.Ordinal)];
        var output = await CommandLine.RunAsync("apt-get", [.. Options(scratch.Path), "download", "--print-uris", .. packages], scratch.Path, cancellationToken);
        var found = UriPattern().Matches(output).Select(match => (File: match.Groups["file"].Value, Hash: match.Groups["hash"].Value)).OrderBy(f => f.File, StringComparer.Ordinal).ToList();
        return found.Count != packages.Length
            ? throw new PipelineException(ExitCode.ToolError, $"apt-get names {found.Count} files for the packages {string.Join(", ", packages)}. Run apt-get update, then ./build.sh BaseImage.")
            : new DebianPackages(store, packages, [.. found.Select(f => Uri.UnescapeDataString(f.File))], Digest.OfText(string.Join('\n', found)));
    }

    /// <summary>Downloads and unpacks; apt-get checks the files against the signed index.</summary>
    /// <returns>The folder that holds the packages' files, each package in a folder of its name.</returns>
    public async Task<string> UnpackAsync(string directory, CancellationToken cancellationToken)
    {
        using var scratch = _store.CreateScratch();
        var downloads = Directory.CreateDirectory(Path.Combine(scratch.Path, "downloads")).FullName;
        await CommandLine.RunAsync("apt-get", [.. Options(scratch.Path), "--quiet", "download", .. _packages], downloads, cancellationToken);
        foreach (var file in Directory.EnumerateFiles(downloads, "*.deb").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file).Split('_')[0];
            var target = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
            await CommandLine.RunAsync("dpkg-deb", ["--extract", file, Path.Combine(target, "files")], downloads, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(target, "control"), await CommandLine.RunAsync("dpkg-deb", ["--field", file], downloads, cancellationToken), cancellationToken);
        }

        return directory;
    }

    // apt's own cache goes into the scratch folder as well; without the user option it warns that its sandbox user cannot write there.
    private static string[] Options(string scratch)
    {
        Directory.CreateDirectory(Path.Combine(scratch, "apt", "archives", "partial"));
        return ["-o", $"Dir::Cache={Path.Combine(scratch, "apt")}", "-o", "APT::Sandbox::User=root"];
    }

    private static async Task<string> FindOpenSslAsync(string scratch, CancellationToken cancellationToken)
    {
        foreach (var name in OpenSsl)
        {
            var versions = await CommandLine.RunAsync("apt-cache", [.. Options(scratch), "madison", name], scratch, cancellationToken);
            if (versions.Trim().Length > 0)
            {
                return name;
            }
        }

        throw new PipelineException(ExitCode.ToolError, $"This machine's package feed has none of {string.Join(", ", OpenSsl)}. Run apt-get update, then ./build.sh BaseImage.");
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, program)));

    [GeneratedRegex(@"^ *(?:Pre)?Depends: (?<name>(?:lib|zlib)[a-z0-9.+-]+)$", RegexOptions.Multiline)]
    private static partial Regex DependencyPattern();

    [GeneratedRegex(@"^'[^']+' (?<file>\S+\.deb) \d+ (?<hash>\S+)$", RegexOptions.Multiline)]
    private static partial Regex UriPattern();
}
