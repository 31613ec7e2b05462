using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>Reads <c>inputs</c> as an object of columns, <c>{"hour":[7, …],"origin":["ATL", …]}</c>; a single value stands for an array of one. One use.</summary>
internal readonly ref struct ColumnsReader
{
    private readonly Exchange _exchange;
    private readonly FaultList _faults;
    private readonly RowLimit _limit;
    private readonly ValueReader _values;
    private readonly Span<int> _seen;

    public ColumnsReader(Exchange exchange, RowLimit limit)
    {
        _exchange = exchange;
        _faults = exchange.Faults;
        _limit = limit;
        _values = new ValueReader(exchange);
        _seen = exchange.SeenInRow;
        _seen.Fill(-1);
    }

    /// <summary>Reads the object that the reader stands on, to its end.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public void Read(ref Utf8JsonReader reader)
    {
        Column? first = null;
        while (!_limit.IsExceeded && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = JsonText.Of(in reader) is { } name ? _exchange.Model.Columns.Find(name) : null;
            reader.Read();
            if (column is null)
            {
                reader.Skip();
            }
            else if (_seen[column.Index] >= 0)
            {
                _faults.Add(null, column.Name, "the column once", "the column again");
                reader.Skip();
            }
            else
            {
                ReadColumn(ref reader, column, first);
                first ??= column;
            }
        }

        if (!_limit.IsExceeded)
        {
            FillMissing();
        }
    }

    private void ReadColumn(ref Utf8JsonReader reader, Column column, Column? first)
    {
        _seen[column.Index] = 0;
        var count = 0;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            ReadValue(ref reader, count++, column, first);
        }
        else
        {
            for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray && !_limit.IsExceeded; count++)
            {
                ReadValue(ref reader, count, column, first);
            }
        }

        if (first is not null && count != _exchange.Rows.Count)
        {
            _faults.Add(null, column.Name, $"{_exchange.Rows.Count} values, as many as {first.Name} has", $"{count}");
        }
    }

    // The first column tells how many rows there are.
    private void ReadValue(ref Utf8JsonReader reader, int row, Column column, Column? first)
    {
        if (first is null && _limit.Allows(row, column.Name))
        {
            _exchange.Rows.AddRow();
        }

        if (row < _exchange.Rows.Count)
        {
            _values.Read(ref reader, row, column);
        }
        else
        {
            reader.Skip();
        }
    }

    private void FillMissing()
    {
        foreach (var column in _exchange.Model.Columns.Columns)
        {
            if (_seen[column.Index] >= 0)
            {
                continue;
            }

            if (!column.AllowsMissing)
            {
                _faults.Add(null, column.Name, "the column", "none of that name");
                continue;
            }

            for (var row = 0; row < _exchange.Rows.Count; row++)
            {
                column.SetMissing(_exchange.Rows, row);
            }
        }
    }
}
