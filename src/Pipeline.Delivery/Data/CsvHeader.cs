using System.IO.Compression;
using System.Text;

namespace Pipeline.Delivery.Data;

/// <summary>What the first line of a CSV file says of the rest. DuckDB's own guess would take a file with a ragged row for one of another dialect instead of naming the row.</summary>
/// <param name="Delimiter">The most frequent of comma, semicolon, tab and bar, outside quotes.</param>
/// <param name="ColumnCount">Number of names.</param>
internal sealed record CsvHeader(char Delimiter, int ColumnCount)
{
    private const string Delimiters = ",;\t|";

    public static CsvHeader Read(DataFile file)
    {
        using var stream = File.OpenRead(file.Path);
        using var plain = file.IsCompressed ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        var isQuoted = false;
        var counts = new int[Delimiters.Length];
        for (var next = reader.Read(); next >= 0 && (isQuoted || next is not ('\n' or '\r')); next = reader.Read())
        {
            if (next == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && Delimiters.IndexOf((char)next, StringComparison.Ordinal) is >= 0 and var index)
            {
                counts[index]++;
            }
        }

        var most = Array.IndexOf(counts, counts.Max());
        return new CsvHeader(Delimiters[most], counts[most] + 1);
    }
}
