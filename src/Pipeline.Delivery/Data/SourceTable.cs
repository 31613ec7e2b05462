using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;

namespace Pipeline.Delivery.Data;

/// <summary>Makes the table <c>source</c>: the rows of all files, their columns matched by name.</summary>
internal static partial class SourceTable
{
    // Types are told by every row, not by a sample: else they would depend on where a value stands. "" is an empty text, nothing between delimiters is a missing value.
    private const string CsvOptions = "header = true, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, allow_quoted_nulls = false";

    public static void Create(DuckDatabase database, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        foreach (var group in files.Select(file => (File: file, Reader: ReaderOf(file))).GroupBy(file => file.Reader, file => file.File))
        {
            var paths = DuckDatabase.Literals(group.Select(file => file.Path));
            var rows = $"SELECT * FROM {string.Format(CultureInfo.InvariantCulture, group.Key, paths)}";
            var part = DuckDatabase.Identifier($"source part {parts.Count.ToString(CultureInfo.InvariantCulture)}");

            // Text is read once and kept; Parquet is read where the query needs it, and only the columns that it needs.
            var kind = group.First().Format == DataFileFormat.Parquet ? "VIEW" : "TABLE";
            try
            {
                database.Execute($"CREATE {kind} {part} AS {rows}", cancellationToken);
            }
            catch (DatabaseException e)
            {
                throw Explain(database, [.. group], e, cancellationToken);
            }

            parts.Add($"SELECT * FROM {part}");
        }

        try
        {
            database.Execute($"CREATE VIEW source AS {string.Join(" UNION ALL BY NAME ", parts)}", cancellationToken);
        }
        catch (DatabaseException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"The data files do not fit together: {e.Message}", e);
        }
    }

    /// <summary>Reads every Parquet file to its end, for the name of the one that made a query fail: DuckDB does not tell it.</summary>
    /// <exception cref="PipelineException">A file is damaged.</exception>
    public static void CheckParquet(DuckDatabase database, IEnumerable<DataFile> files, CancellationToken cancellationToken)
    {
        foreach (var file in files.Where(file => file.Format == DataFileFormat.Parquet))
        {
            try
            {
                database.Execute($"SELECT count(hash(COLUMNS(*))) FROM read_parquet({DuckDatabase.Literal(file.Path)})", cancellationToken);
            }
            catch (DatabaseException e)
            {
                throw new PipelineException(ExitCode.ToolError, $"{file.Name} cannot be read; it is damaged ({e.Message}). Copy it anew.", e);
            }
        }
    }

    private static string ReaderOf(DataFile file) => file.Format switch
    {
        DataFileFormat.Csv => $"read_csv({{0}}, delim = '{CsvHeader.Read(file).Delimiter}', comment = '', skip = 0, sample_size = -1, union_by_name = true, hive_partitioning = false, {CsvOptions})",
        DataFileFormat.Json => "read_json({0}, sample_size = -1, union_by_name = true, hive_partitioning = false)",
        _ => "read_parquet({0}, union_by_name = true, hive_partitioning = false)",
    };

    // DuckDB does not always name the file; then each is tried alone.
    private static PipelineException Explain(DuckDatabase database, IReadOnlyList<DataFile> files, DatabaseException error, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                if (file.Format == DataFileFormat.Csv)
                {
                    CheckRows(database, file, cancellationToken);
                }

                var rows = string.Format(CultureInfo.InvariantCulture, ReaderOf(file), DuckDatabase.Literals([file.Path]));
                database.Execute($"SELECT count(*) FROM (SELECT * FROM {rows})", cancellationToken);
            }
            catch (DatabaseException e)
            {
                return new PipelineException(ExitCode.ToolError, $"{file.Name} cannot be read: {FirstLines(e.Message).Replace(file.Path, file.Name, StringComparison.Ordinal)}", e);
            }
        }

        return new PipelineException(ExitCode.ToolError, $"The data files do not fit together: {FirstLines(error.Message)}", error);
    }

    // As text nothing can be wrong but the form of a row, and the error names its line.
    private static void CheckRows(DuckDatabase database, DataFile file, CancellationToken cancellationToken)
    {
        var header = CsvHeader.Read(file);
        var columns = string.Join(", ", Enumerable.Range(0, header.ColumnCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"'c{i}': 'VARCHAR'")));
        try
        {
            database.Execute($"SELECT count(*) FROM read_csv({DuckDatabase.Literal(file.Path)}, auto_detect = false, delim = '{header.Delimiter}', columns = {{{columns}}}, {CsvOptions})", cancellationToken);
        }
        catch (DatabaseException e) when (RaggedRow().Match(e.Message) is { Success: true } match)
        {
            throw new PipelineException(
                ExitCode.ToolError,
                FormattableString.Invariant($"{file.Name}, line {match.Groups["line"].Value}: the row has {match.Groups["found"].Value} values, the header has {header.ColumnCount}: {match.Groups["row"].Value}"),
                e);
        }
    }

    // The rest are settings of DuckDB that nobody can set here.
    private static string FirstLines(string message) => message.Split("\nPossible fixes", 2)[0].Split("\n\n", 2)[0].Trim();

    [GeneratedRegex(@"CSV Error on Line: (?<line>\d+)\s*\nOriginal Line: (?<row>.*)\nExpected Number of Columns: \d+ Found: (?<found>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex RaggedRow();
}
