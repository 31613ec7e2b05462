using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Finds a model's data files and refuses those that are plainly not what their suffix says.</summary>
public static class DataFiles
{
    private const int HeadLength = 4096;
    private const string Gzip = ".gz";

    private static readonly Dictionary<string, DataFileFormat> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = DataFileFormat.Csv,
        [".tsv"] = DataFileFormat.Csv,
        [".json"] = DataFileFormat.Json,
        [".jsonl"] = DataFileFormat.Json,
        [".ndjson"] = DataFileFormat.Json,
        [".parquet"] = DataFileFormat.Parquet,
    };

    /// <summary>The files that the definition names, each once, in ordinal order of their names.</summary>
    /// <exception cref="PipelineException">A pattern matches nothing, or a file is at fault; every such pattern or else every such file is told.</exception>
    public static IReadOnlyList<DataFile> Find(ModelDefinition definition) =>
        Find(definition.Directory, definition.Data.Files, i => string.Create(CultureInfo.InvariantCulture, $"data.files[{i}]"));

    /// <inheritdoc cref="Find(ModelDefinition)"/>
    /// <param name="directory">What relative patterns and the files' names are relative to.</param>
    /// <param name="patterns">Paths or globs.</param>
    /// <param name="settingOf">What to call a pattern in messages, by its place.</param>
    /// <param name="skips">Files to pass over as if they were not there; null for none.</param>
    internal static IReadOnlyList<DataFile> Find(string directory, IReadOnlyList<string> patterns, Func<int, string> settingOf, Func<string, bool>? skips = null)
    {
        var faults = new List<string>();
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (pattern, i) in patterns.Select((pattern, i) => (pattern, i)))
        {
            var matches = FileGlob.Match(directory, pattern).ToList();
            var skipped = skips is null ? 0 : matches.RemoveAll(path => skips(path));
            paths.UnionWith(matches);
            if (matches.Count == 0)
            {
                var isFolder = Directory.Exists(Path.Combine(directory, pattern));
                var fault = isFolder ? $"is a folder; write '{pattern.TrimEnd('/')}/*.parquet' or alike" : skipped > 0 ? "matches nothing but unfinished files" : "matches no file";
                faults.Add($"{settingOf(i)} '{pattern}' {fault} (relative to {directory})");
            }
        }

        ThrowIfAny(faults, ExitCode.Usage);
        var files = paths.Select(path => ToDataFile(directory, path, faults)).OfType<DataFile>().ToList();
        ThrowIfAny(faults, ExitCode.Usage);
        faults.AddRange(files.Select(FaultOf).OfType<string>());
        ThrowIfAny(faults, ExitCode.ToolError);
        return files;
    }

    /// <summary>The files' names and contents, which are hashed.</summary>
    public static StageInput InputOf(IEnumerable<DataFile> files)
    {
        var text = new StringBuilder();
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var hex = Digest.OfFile(file.Path).Hex;
            text.Append(file.Name).Append('\0').Append(hex).Append('\0');
            details[file.Name] = StageInput.ContentOf(hex);
        }

        return new StageInput(Digest.OfText(text.ToString()).ToString()) { Details = details };
    }

    private static DataFile? ToDataFile(string directory, string path, List<string> faults)
    {
        var isCompressed = path.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase);
        var suffix = Path.GetExtension(isCompressed ? path[..^Gzip.Length] : path);
        var name = Path.GetRelativePath(directory, path).Replace('\\', '/');
        if (Formats.TryGetValue(suffix, out var format) && !(isCompressed && format == DataFileFormat.Parquet))
        {
            return new DataFile(path, name, format, isCompressed);
        }

        faults.Add($"{name}: files of this suffix cannot be read; known: {string.Join(", ", Formats.Keys)}, and .gz after all but .parquet");
        return null;
    }

    private static string? FaultOf(DataFile file)
    {
        byte[] head;
        byte[] tail;
        try
        {
            using var stream = File.OpenRead(file.Path);
            head = new byte[Math.Min(stream.Length, HeadLength)];
            stream.ReadExactly(head);
            tail = new byte[Math.Min(stream.Length, 4)];
            stream.Position = stream.Length - tail.Length;
            stream.ReadExactly(tail);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file.Name} cannot be read: {e.Message}";
        }

        return head.Length == 0 ? $"{file.Name} is empty" : FaultOf(file, head, tail) is { } fault ? $"{file.Name} {fault}" : null;
    }

    private static string? FaultOf(DataFile file, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        var isParquet = head.StartsWith("PAR1"u8);
        var isGzip = head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        if (file.Format == DataFileFormat.Parquet)
        {
            return !isParquet ? "is not a Parquet file"
                : !tail.SequenceEqual("PAR1"u8) || head.Length < 12 ? "is a Parquet file that is cut off; copy it anew"
                : null;
        }

        if (file.IsCompressed)
        {
            return isGzip ? null : "is not compressed with gzip; take .gz off its name";
        }

        return isParquet ? "is a Parquet file; rename it to end in .parquet"
            : isGzip ? "is compressed; rename it to end in .gz"
            : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? "is in UTF-16; save it as UTF-8, for example with iconv -f UTF-16 -t UTF-8"
            : head.Contains((byte)0) ? "is not a text file in UTF-8"
            : file.Format == DataFileFormat.Json && head.TrimStart(" \t\r\n\uFEFF"u8) is not [(byte)'{' or (byte)'[', ..] ? "is not a JSON file of objects"
            : null;
    }

    private static void ThrowIfAny(List<string> faults, ExitCode exitCode)
    {
        if (faults.Count > 0)
        {
            throw new PipelineException(exitCode, $"The data files cannot be used:\n  {string.Join("\n  ", faults)}");
        }
    }
}
