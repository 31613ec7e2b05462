using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// Reads the CSV body of POST /invocations: a line of column names, in any order, then one line a row. An empty field is a missing value, quoted or not, as for pandas;
/// empty lines are passed over. One use.
/// </summary>
internal readonly ref struct CsvBodyReader(Exchange exchange, int maxRows)
{
    private const string HeaderLine = "the line of column names";
    private const string Expected = "CSV with a line of column names";

    // What pandas takes for a missing number. In a column of texts they are texts: NA may be a country.
    private static readonly byte[][] MissingNumbers = [.. new[] { "NaN", "nan", "-NaN", "-nan", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None" }.Select(Encoding.ASCII.GetBytes)];

    private readonly Exchange _exchange = exchange;
    private readonly CodedRows _rows = exchange.Rows;
    private readonly FaultList _faults = exchange.Faults;
    private readonly RowLimit _limit = new(exchange, maxRows);
    private readonly ValueReader _values = new(exchange);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public void Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            _faults.Add(null, null, "CSV in UTF-8", "bytes that are no UTF-8");
            return;
        }

        var fields = new CsvFields(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body);
        if (ReadHeader(ref fields) is { } header)
        {
            ReadRows(ref fields, header);
            if (_rows.Count == 0 && !_exchange.IsRefused)
            {
                _faults.Add(null, null, "at least one row", "none");
            }
        }
    }

    private RowHeader? ReadHeader(ref CsvFields fields)
    {
        if (!ReadFirstField(ref fields))
        {
            if (!NoteFault(in fields, null, HeaderLine))
            {
                _faults.Add(null, null, Expected, "an empty body");
            }

            return null;
        }

        var header = new RowHeader(_exchange);
        header.Add(Encoding.UTF8.GetString(fields.Field));
        while (!fields.EndsRecord)
        {
            if (header.IsFull)
            {
                header.RefuseMore(HeaderLine);
                return null;
            }

            if (!fields.Read())
            {
                NoteFault(in fields, null, HeaderLine);
                return null;
            }

            header.Add(Encoding.UTF8.GetString(fields.Field));
        }

        header.Complete();
        return header;
    }

    private void ReadRows(ref CsvFields fields, RowHeader header)
    {
        while (ReadFirstField(ref fields))
        {
            var row = _rows.Count;
            if (!_limit.Allows(row, field: null))
            {
                return;
            }

            _rows.AddRow();
            var place = 0;
            SetField(in fields, row, header[place++]);
            while (!fields.EndsRecord && fields.Read())
            {
                SetField(in fields, row, place < header.Count ? header[place] : null);
                place++;
            }

            if (NoteFault(in fields, row, null))
            {
                return;
            }

            if (place != header.Count)
            {
                _faults.Add(row, null, $"{header.Count} fields, one a column", $"{place}");
            }

            header.FillAbsent(_rows, row);
        }

        NoteFault(in fields, _rows.Count, null);
    }

    private bool NoteFault(ref readonly CsvFields fields, int? row, string? field)
    {
        if (fields.Fault is not var (expected, got))
        {
            return false;
        }

        _faults.Add(row, field, expected, got);
        return true;
    }

    // Passes over empty lines.
    private static bool ReadFirstField(ref CsvFields fields)
    {
        while (fields.Read())
        {
            if (!fields.Field.IsEmpty || fields.IsQuoted || !fields.EndsRecord)
            {
                return true;
            }
        }

        return false;
    }

    private void SetField(ref readonly CsvFields fields, int row, Column? column)
    {
        if (column is null)
        {
            return;
        }

        if (fields.Field.IsEmpty)
        {
            SetMissing(row, column);
        }
        else if (column.Kind == FeatureKind.Numeric)
        {
            SetNumber(fields.Field, row, column);
        }
        else
        {
            _values.SetCategory(fields.Field, row, column);
        }
    }

    private void SetNumber(ReadOnlySpan<byte> field, int row, Column column)
    {
        if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || float.IsNaN(number))
        {
            if (IsMissing(field))
            {
                SetMissing(row, column);
            }
            else
            {
                _faults.Add(row, column.Name, column.Expected, "a text");
            }
        }
        else if (float.IsInfinity(number))
        {
            _faults.Add(row, column.Name, "a number within ±3.4e38", "one beyond");
        }
        else
        {
            _rows.SetNumber(row, column.Slot, number);
        }
    }

    private void SetMissing(int row, Column column)
    {
        if (column.AllowsMissing)
        {
            column.SetMissing(_rows, row);
        }
        else
        {
            _faults.Add(row, column.Name, column.Expected, "nothing");
        }
    }

    private static bool IsMissing(ReadOnlySpan<byte> field)
    {
        foreach (var text in MissingNumbers)
        {
            if (field.SequenceEqual(text))
            {
                return true;
            }
        }

        return false;
    }
}
