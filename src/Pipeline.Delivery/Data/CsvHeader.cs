using System.IO.Compression;
using System.Text;

namespace Pipeline.Delivery.Data;

/// <summary>What the first lines of a CSV file say of the rest. DuckDB's own guess would take a file with a ragged row for one of another dialect instead of naming the row.</summary>
/// <param name="Delimiter">Of comma, semicolon, tab and bar the one that the first row has as often as the header; else the most frequent in the header. A colon or a space if there is none of these.</param>
/// <param name="ColumnCount">Number of names.</param>
/// <param name="HasRows">False if there is nothing but the header.</param>
internal sealed record CsvHeader(char Delimiter, int ColumnCount, bool HasRows)
{
    private const string Delimiters = ",;\t|: ";

    // The others stand in names and values so often that they must divide the first row as they divide the header.
    private const int Usual = 4;

    public static CsvHeader Read(DataFile file)
    {
        using var stream = File.OpenRead(file.Path);
        using var plain = file.IsCompressed ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        var (header, _) = ReadRow(reader);
        var (first, hasRows) = (header, false);
        while (!hasRows && reader.Peek() >= 0)
        {
            (first, hasRows) = ReadRow(reader);
        }

        var most = Choose(header, first, hasRows);
        return new CsvHeader(Delimiters[most], header[most] + 1, hasRows);
    }

    private static int Choose(int[] header, int[] first, bool hasRows)
    {
        var there = Enumerable.Range(0, Delimiters.Length).Where(i => header[i] > 0).ToList();
        var fitting = there.Where(i => hasRows && first[i] == header[i]).ToList();
        var usual = there.Where(i => i < Usual).ToList();
        return usual.Count == 0 ? fitting.FirstOrDefault() : usual.Intersect(fitting).DefaultIfEmpty(usual.MaxBy(i => header[i])).MaxBy(i => header[i]);
    }

    /// <summary>How often each delimiter stands in a row outside quotes; and whether there is anything in the row.</summary>
    private static (int[] Counts, bool HasText) ReadRow(StreamReader reader)
    {
        var (isQuoted, hasText) = (false, false);
        var counts = new int[Delimiters.Length];
        int next;
        for (next = reader.Read(); next >= 0 && (isQuoted || next is not ('\n' or '\r')); next = reader.Read())
        {
            hasText = true;
            if (next == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && Delimiters.IndexOf((char)next, StringComparison.Ordinal) is >= 0 and var index)
            {
                counts[index]++;
            }
        }

        if (next == '\r' && reader.Peek() == '\n')
        {
            _ = reader.Read();
        }

        return (counts, hasText);
    }
}
