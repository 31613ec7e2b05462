using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;

namespace Pipeline.Delivery.Data;

/// <summary>Makes the table <c>source</c>: the rows of all files, their columns matched by name.</summary>
internal static partial class SourceTable
{
    // Types are told by every row, not by a sample: else they would depend on where a value stands. "" is an empty text, nothing between delimiters is a missing value.
    private const string CsvOptions = "header = true, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, allow_quoted_nulls = false";

    private const int MaxNames = 3;

    public static void Create(DuckDatabase database, IReadOnlyList<DataFile> files, CancellationToken cancellationToken) => Create(database, files, textColumns: [], cancellationToken);

    /// <param name="database">Where to make it.</param>
    /// <param name="files">At least one.</param>
    /// <param name="textColumns">Columns of which a text file's values are taken letter by letter, as <c>007</c>, whatever they look like.</param>
    /// <param name="cancellationToken">Interrupts a statement.</param>
    public static void Create(DuckDatabase database, IReadOnlyList<DataFile> files, IReadOnlyCollection<string> textColumns, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        foreach (var group in WithRows(files).Select(file => (File: file, Reader: ReaderOf(file))).GroupBy(file => file.Reader, file => file.File))
        {
            var paths = DuckDatabase.Literals(group.Select(file => file.Path));
            var part = DuckDatabase.Identifier($"source part {parts.Count.ToString(CultureInfo.InvariantCulture)}");

            // Text is read once and kept; Parquet is read where the query needs it, and only the columns that it needs.
            var kind = group.First().Format == DataFileFormat.Parquet ? "VIEW" : "TABLE";
            try
            {
                var types = Types(database, group.Key, paths, group.First().Format, textColumns, cancellationToken);
                var rows = $"SELECT * FROM {Reader(group.Key, paths, types)}";
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

    /// <summary>What is not the same in all files: columns that some lack, and columns that are text because one file has text there.</summary>
    /// <returns>The column, and what is to be told.</returns>
    public static IReadOnlyList<(string Column, string Text)> Differences(DuckDatabase database, IReadOnlyList<DataFile> files, CancellationToken cancellationToken)
    {
        if (files.Count < 2)
        {
            return [];
        }

        var found = new List<(string, string)>();
        var types = WithRows(files).Select(file => (file.Name, Columns: Describe(database, SampleOf(file), cancellationToken).ToDictionary(column => column.Name, column => column.Type, StringComparer.OrdinalIgnoreCase))).ToList();
        foreach (var (column, type) in Describe(database, "source", cancellationToken))
        {
            var without = types.Where(file => !file.Columns.ContainsKey(column)).Select(file => file.Name).ToList();
            if (without.Count > 0)
            {
                found.Add((column, FormattableString.Invariant($"is not in {Listed(without)}, of {types.Count} files: {(without.Count == 1 ? "its" : "their")} rows have no value of it")));
            }

            var other = types.FirstOrDefault(file => type == "VARCHAR" && file.Columns.GetValueOrDefault(column, type) != type);
            if (other.Name is not null && types.Find(file => file.Columns.GetValueOrDefault(column) == type) is { Name: { } textual })
            {
                found.Add((column, $"is {other.Columns[column]} in {other.Name} and text in {textual}, so that it is text in all: mend that file, or write TRY_CAST({DuckDatabase.Identifier(column)} AS {other.Columns[column]}) in data.query"));
            }
        }

        return found;
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

    /// <summary>The names of a file's columns, as DuckDB has them.</summary>
    /// <param name="database">Reads them.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Interrupts the statement.</param>
    /// <param name="isWhole">Of JSON, whether all rows are looked at; else only the first 20,480, which are alike as a rule.</param>
    /// <exception cref="PipelineException">The file is damaged.</exception>
    public static IReadOnlyList<string> ColumnsOf(DuckDatabase database, DataFile file, CancellationToken cancellationToken, bool isWhole = false)
    {
        // Nothing but names is asked for, so that no row needs to be looked at for its type.
        var paths = DuckDatabase.Literals([file.Path]);
        var reader = file.Format switch
        {
            DataFileFormat.Csv => Reader(ReaderOf(file), paths, ", all_varchar = true"),
            DataFileFormat.Json when !isWhole => $"read_json({paths}, hive_partitioning = false)",
            _ => Reader(ReaderOf(file), paths),
        };
        try
        {
            return [.. Describe(database, reader, cancellationToken).Select(column => column.Name)];
        }
        catch (DatabaseException e)
        {
            throw Explain(database, [file], e, cancellationToken);
        }
    }

    /// <summary>The rows of one file, for a FROM clause.</summary>
    public static string RowsOf(DataFile file) => Reader(ReaderOf(file), DuckDatabase.Literals([file.Path]));

    private static string Reader(string format, string paths, string options = "") => string.Format(CultureInfo.InvariantCulture, format, paths, options);

    private static List<(string Name, string Type)> Describe(DuckDatabase database, string reader, CancellationToken cancellationToken)
    {
        var columns = new List<(string, string)>();
        database.Read($"DESCRIBE SELECT * FROM {reader}", row => columns.Add((row.GetString(0), row.GetString(1))), cancellationToken);
        return columns;
    }

    // An option that says the types of text columns; of JSON files those of all columns have to be said.
    private static string Types(DuckDatabase database, string reader, string paths, DataFileFormat format, IReadOnlyCollection<string> textColumns, CancellationToken cancellationToken)
    {
        if (textColumns.Count == 0 || format == DataFileFormat.Parquet)
        {
            return string.Empty;
        }

        var columns = format == DataFileFormat.Csv
            ? textColumns.Select(name => (Name: name, Type: "VARCHAR"))
            : Describe(database, Reader(reader, paths), cancellationToken).Select(column => textColumns.Contains(column.Name, StringComparer.Ordinal) ? (column.Name, Type: "VARCHAR") : column);
        return $", {(format == DataFileFormat.Csv ? "types" : "columns")} = {{{string.Join(", ", columns.Select(column => $"{DuckDatabase.Literal(column.Name)}: {DuckDatabase.Literal(column.Type)}"))}}}";
    }

    private static string ReaderOf(DataFile file) => file.Format switch
    {
        DataFileFormat.Csv => $"read_csv({{0}}, delim = '{CsvHeader.Read(file).Delimiter}', comment = '', skip = 0, sample_size = -1, union_by_name = true, hive_partitioning = false, {CsvOptions}{{1}})",
        DataFileFormat.Json => "read_json({0}, sample_size = -1, union_by_name = true, hive_partitioning = false{1})",
        _ => "read_parquet({0}, union_by_name = true, hive_partitioning = false)",
    };

    // DuckDB does not always name the file; then each is tried alone.
    private static PipelineException Explain(DuckDatabase database, IReadOnlyList<DataFile> files, DatabaseException error, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                CheckEncoding(file);
                if (file.Format == DataFileFormat.Csv)
                {
                    CheckRows(database, file, cancellationToken);
                }

                database.Execute($"SELECT count(*) FROM (SELECT * FROM {RowsOf(file)})", cancellationToken);
            }
            catch (DatabaseException e)
            {
                return new PipelineException(ExitCode.ToolError, $"{file.Name} cannot be read: {FirstLines(e.Message).Replace(file.Path, file.Name, StringComparison.Ordinal)}", e);
            }
        }

        return new PipelineException(ExitCode.ToolError, $"The data files do not fit together: {FirstLines(error.Message)}", error);
    }

    private static void CheckEncoding(DataFile file)
    {
        if (file.Format != DataFileFormat.Parquet && Utf8Fault.Find(file) is { } fault)
        {
            throw new PipelineException(
                ExitCode.ToolError,
                FormattableString.Invariant($"{file.Name} cannot be read: line {fault.Line} is not UTF-8 (byte 0x{fault.Byte:X2}). Save the file as UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8."));
        }
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

    /// <exception cref="PipelineException">No file has a row.</exception>
    public static void RequireRows(IReadOnlyList<DataFile> files)
    {
        if (!files.Any(HasRows))
        {
            throw new PipelineException(ExitCode.NotEnoughData, $"{Listed([.. files.Select(file => file.Name)])} {(files.Count == 1 ? "holds" : "hold")} a header and no rows.");
        }
    }

    private static bool HasRows(DataFile file) => file.Format != DataFileFormat.Csv || CsvHeader.Read(file).HasRows;

    // A header alone has no types: its columns would be taken for text, and those of the other files with them.
    private static List<DataFile> WithRows(IReadOnlyList<DataFile> files) => files.Where(HasRows).ToList() is { Count: > 0 } filled ? filled : [.. files];

    private static string Listed(List<string> names) => names.Count <= MaxNames ? string.Join(", ", names) : FormattableString.Invariant($"{string.Join(", ", names.Take(MaxNames))} and {names.Count - MaxNames} more");

    // The first rows are enough to tell what a file is like.
    private static string SampleOf(DataFile file) => file.Format switch
    {
        DataFileFormat.Csv => $"read_csv({DuckDatabase.Literals([file.Path])}, delim = '{CsvHeader.Read(file).Delimiter}', comment = '', skip = 0, hive_partitioning = false, {CsvOptions})",
        DataFileFormat.Json => $"read_json({DuckDatabase.Literals([file.Path])}, hive_partitioning = false)",
        _ => RowsOf(file),
    };

    // The rest are settings of DuckDB that nobody can set here.
    private static string FirstLines(string message) => message.Split("\nPossible fixes", 2)[0].Split("\n\n", 2)[0].Trim();

    [GeneratedRegex(@"CSV Error on Line: (?<line>\d+)\s*\nOriginal Line: (?<row>.*)\nExpected Number of Columns: \d+ Found: (?<found>\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex RaggedRow();
}
