using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// Reads <c>dataframe_split</c>: <c>{"columns":[…],"data":[[…], …]}</c>, perhaps with <c>index</c>, in any order. MLflow takes it without <c>columns</c>, too, but then for
/// models whose columns have no names. One use.
/// </summary>
internal readonly ref struct SplitReader(Exchange exchange, RowLimit limit)
{
    private const string Format = "dataframe_split";

    private readonly Exchange _exchange = exchange;
    private readonly FaultList _faults = exchange.Faults;
    private readonly RowLimit _limit = limit;
    private readonly ValueReader _values = new(exchange);

    /// <summary>Reads the object that the reader stands on, to its end.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _faults.Add(null, Format, "an object with columns and data", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        RowHeader? header = null;
        int? columns = null;
        int? data = null;
        int? index = null;

        // pandas writes the data first or last, as it likes: they are passed over until the columns are known.
        var dataReader = reader;
        while (!_limit.IsExceeded && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Of(in reader);
            reader.Read();
            switch (name)
            {
                case "columns" when columns is null:
                    header = ReadHeader(ref reader);
                    columns = header?.Count ?? 0;
                    break;
                case "data" when data is null && header is not null:
                    data = 1;
                    ReadData(ref reader, header);
                    break;
                case "data" when data is null:
                    data = 0;
                    dataReader = reader;
                    reader.Skip();
                    break;
                case "index" when index is null:
                    index = CountValues(ref reader);
                    break;
                default:
                    _faults.Add(null, Format, "columns, data and perhaps index, each once", "another property");
                    reader.Skip();
                    break;
            }
        }

        if (data == 0 && header is not null)
        {
            ReadData(ref dataReader, header);
        }

        NoteAbsent(columns, data);
        NoteIndex(index);
    }

    private void NoteAbsent(int? columns, int? data)
    {
        if (_limit.IsExceeded)
        {
            return;
        }

        if (columns is null)
        {
            _faults.Add(null, Format, "columns, an array of their names", "none");
        }

        if (data is null)
        {
            _faults.Add(null, Format, "data, an array of rows", "none");
        }
    }

    private void NoteIndex(int? index)
    {
        if (index is { } count && count != _exchange.Rows.Count && !_exchange.IsRefused)
        {
            _faults.Add(null, "index", $"{_exchange.Rows.Count} values, one a row", $"{count}");
        }
    }

    private RowHeader? ReadHeader(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, "columns", "an array of names", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return null;
        }

        var header = new RowHeader(_exchange);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (header.IsFull)
            {
                header.RefuseMore("columns");
                SkipRest(ref reader);
                return null;
            }

            // pandas names columns by numbers if nobody else does; these can't be the model's.
            header.Add(reader.TokenType == JsonTokenType.String ? JsonText.Of(in reader) : null);
            reader.Skip();
        }

        header.Complete();
        return header;
    }

    private void ReadData(ref Utf8JsonReader reader, RowHeader header)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, "data", "an array of rows", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && _limit.Allows(_exchange.Rows.Count, "data"))
        {
            ReadRow(ref reader, header);
        }
    }

    private void ReadRow(ref Utf8JsonReader reader, RowHeader header)
    {
        var row = _exchange.Rows.Count;
        _exchange.Rows.AddRow();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(row, null, "a row as an array", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        var place = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; place++)
        {
            if (place < header.Count && header[place] is { } column)
            {
                _values.Read(ref reader, row, column);
            }
            else
            {
                reader.Skip();
            }
        }

        if (place != header.Count)
        {
            _faults.Add(row, null, $"{header.Count} values, one a column", $"{place}");
        }

        header.FillAbsent(_exchange.Rows, row);
    }

    private int? CountValues(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, "index", "an array", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return null;
        }

        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            reader.Skip();
        }

        return count;
    }

    private static void SkipRest(ref Utf8JsonReader reader)
    {
        do
        {
            reader.Skip();
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);
    }
}
