using System.Formats.Tar;
using System.Text;

namespace Pipeline.Delivery.Images;

/// <summary>
/// Writes tar archives that depend on names, modes and content only: the same input gives the same bytes. Entries are in the GNU format, not pax, whose headers carry process ids in .NET.
/// </summary>
internal sealed class DeterministicTar : IAsyncDisposable
{
    public const UnixFileMode File644 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    public const UnixFileMode File755 = File644 | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TarWriter _writer;

    private readonly Func<string, string>? _place;

    /// <param name="stream">Stays open.</param>
    /// <param name="place">Where a path goes in the archive; null for as it is.</param>
    public DeterministicTar(Stream stream, Func<string, string>? place = null)
    {
        _writer = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true);
        _place = place;
    }

    public async Task AddFolderAsync(string path, UnixFileMode mode, CancellationToken cancellationToken, int owner = 0) =>
        await _writer.WriteEntryAsync(Entry(TarEntryType.Directory, path.TrimEnd('/') + "/", mode, owner), cancellationToken);

    public async Task AddLinkAsync(string path, string target, CancellationToken cancellationToken)
    {
        var entry = Entry(TarEntryType.SymbolicLink, path, File755 | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite, owner: 0);
        entry.LinkName = target;
        await _writer.WriteEntryAsync(entry, cancellationToken);
    }

    public async Task AddTextAsync(string path, string text, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await AddStreamAsync(path, stream, File644, cancellationToken);
    }

    public async Task AddFileAsync(string path, string source, UnixFileMode mode, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(source);
        await AddStreamAsync(path, stream, mode, cancellationToken);
    }

    /// <summary>Adds every file below a folder, in ordinal order of paths. Executable by all if the owner may execute it, read-only for others either way.</summary>
    public Task AddTreeAsync(string prefix, string folder, CancellationToken cancellationToken) =>
        AddFilesAsync(prefix, folder, Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)), cancellationToken);

    /// <summary>As <see cref="AddTreeAsync"/>, of these files alone.</summary>
    public async Task AddFilesAsync(string prefix, string folder, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var files = paths
            .Select(path => (Source: Path.Combine(folder, path), Name: prefix + path.Replace('\\', '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .ToList();
        var folders = files.SelectMany(file => ParentsOf(file.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        foreach (var name in folders)
        {
            await AddFolderAsync(name, File755, cancellationToken);
        }

        foreach (var (source, name) in files)
        {
            var executable = !OperatingSystem.IsWindows() && File.GetUnixFileMode(source).HasFlag(UnixFileMode.UserExecute);
            await AddFileAsync(name, source, executable ? File755 : File644, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await _writer.DisposeAsync();

    /// <summary>The folders above a path, outermost first.</summary>
    internal static IEnumerable<string> ParentsOf(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private async Task AddStreamAsync(string path, Stream content, UnixFileMode mode, CancellationToken cancellationToken)
    {
        var entry = Entry(TarEntryType.RegularFile, path, mode, owner: 0);
        entry.DataStream = content;
        await _writer.WriteEntryAsync(entry, cancellationToken);
    }

    private GnuTarEntry Entry(TarEntryType type, string path, UnixFileMode mode, int owner) => new(type, _place?.Invoke(path) ?? path)
    {
        Mode = mode,
        ModificationTime = DateTimeOffset.UnixEpoch,
        AccessTime = default,
        ChangeTime = default,
        Uid = owner,
        Gid = owner,
        UserName = string.Empty,
        GroupName = string.Empty,
    };
}
