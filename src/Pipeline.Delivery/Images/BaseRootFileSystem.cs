using System.Text;

namespace Pipeline.Delivery.Images;

/// <summary>Lays out a base image's files: shared libraries, licences, package records for scanners, CA certificates and a non-root user. Nothing that can be run but the loader.</summary>
internal static class BaseRootFileSystem
{
    /// <summary>User and group, numeric, so that an orchestrator can see that it is not root. The same as in .NET's own images.</summary>
    public const string User = "1654:1654";

    private const int UserId = 1654;
    private const UnixFileMode EveryonesFolder = UnixFileMode.StickyBit | DeterministicTar.File755 | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly string[] SystemFolders = ["dev", "etc", "etc/ssl", "etc/ssl/certs", "home", "proc", "root", "run", "sys", "usr", "usr/bin", "usr/lib", "usr/lib64", "var", "var/lib", "var/lib/dpkg", "var/lib/dpkg/status.d"];

    // Character set converters, profilers and engines: large, and nothing here loads them.
    private static readonly string[] UnneededParts = ["/gconv/", "/audit/", "/engines-", "/gdb/", "libmemusage", "libpcprofile", "libc_malloc_debug", "libthread_db"];

    /// <param name="packages">One folder a package, with <c>files/</c> and <c>control</c>.</param>
    /// <param name="output">Takes the tar archive.</param>
    /// <param name="cancellationToken">Cancelled: the archive is incomplete.</param>
    public static async Task WriteAsync(string packages, Stream output, CancellationToken cancellationToken)
    {
        var entries = Directory.EnumerateDirectories(packages).SelectMany(package => Kept(Path.Combine(package, "files"))).DistinctBy(e => e.Path).OrderBy(e => e.Path, StringComparer.Ordinal).ToList();
        var folders = entries.SelectMany(entry => DeterministicTar.ParentsOf(entry.Path)).Concat(SystemFolders).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        await using var tar = new DeterministicTar(output);
        foreach (var folder in folders)
        {
            await tar.AddFolderAsync(folder, DeterministicTar.File755, cancellationToken);
        }

        await tar.AddFolderAsync("tmp", EveryonesFolder, cancellationToken);
        await tar.AddFolderAsync("home/app", DeterministicTar.File755, cancellationToken, UserId);
        await tar.AddLinkAsync("lib", "usr/lib", cancellationToken);
        await tar.AddLinkAsync("lib64", "usr/lib64", cancellationToken);
        foreach (var (path, file) in entries)
        {
            if (file.LinkTarget is { } target)
            {
                await tar.AddLinkAsync(path, target, cancellationToken);
            }
            else
            {
                await tar.AddFileAsync(path, file.FullName, IsLoader(path) ? DeterministicTar.File755 : DeterministicTar.File644, cancellationToken);
            }
        }

        await AddSettingsAsync(tar, packages, cancellationToken);
    }

    private static async Task AddSettingsAsync(DeterministicTar tar, string packages, CancellationToken cancellationToken)
    {
        await tar.AddTextAsync("etc/group", $"root:x:0:\napp:x:{UserId}:\n", cancellationToken);
        await tar.AddTextAsync("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n", cancellationToken);
        await tar.AddTextAsync("etc/os-release", await File.ReadAllTextAsync("/etc/os-release", cancellationToken), cancellationToken);
        await tar.AddTextAsync("etc/passwd", $"root:x:0:0:root:/root:/usr/sbin/nologin\napp:x:{UserId}:{UserId}::/home/app:/usr/sbin/nologin\n", cancellationToken);
        await tar.AddTextAsync("etc/ssl/certs/ca-certificates.crt", Certificates(packages), cancellationToken);
        foreach (var package in Directory.EnumerateDirectories(packages).Order(StringComparer.Ordinal))
        {
            // Scanners look here in images without a package manager.
            await tar.AddFileAsync($"var/lib/dpkg/status.d/{Path.GetFileName(package)}", Path.Combine(package, "control"), DeterministicTar.File644, cancellationToken);
        }
    }

    private static IEnumerable<(string Path, FileInfo File)> Kept(string root) =>
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => (Path: UnderUsr(Path.GetRelativePath(root, path)), File: new FileInfo(path)))
            .Where(entry => (IsLibrary(entry.Path) && !UnneededParts.Any(part => entry.Path.Contains(part, StringComparison.Ordinal))) || IsLicence(entry.Path));

    // Debian 12's packages still name /lib and /lib64, which are links to the folders below /usr.
    private static string UnderUsr(string path) =>
        path.StartsWith("lib/", StringComparison.Ordinal) || path.StartsWith("lib64/", StringComparison.Ordinal) ? "usr/" + path : path;

    private static bool IsLibrary(string path) => path.StartsWith("usr/lib", StringComparison.Ordinal) && Path.GetFileName(path).Contains(".so", StringComparison.Ordinal);

    private static bool IsLicence(string path) => path.StartsWith("usr/share/doc/", StringComparison.Ordinal) && Path.GetFileName(path) == "copyright";

    private static bool IsLoader(string path) => Path.GetFileName(path).StartsWith("ld-linux", StringComparison.Ordinal);

    private static string Certificates(string packages)
    {
        var bundle = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(packages, "ca-certificates", "files", "usr", "share", "ca-certificates"), "*.crt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            bundle.Append(File.ReadAllText(path).TrimEnd()).Append('\n');
        }

        return bundle.ToString();
    }
}
