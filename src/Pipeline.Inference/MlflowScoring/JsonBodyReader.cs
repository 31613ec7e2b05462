using System.Text.Json;
using System.Text.Unicode;
using Pipeline.Inference.Predictions;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// Reads the JSON body of POST /invocations: an object with exactly one of <c>dataframe_split</c>, <c>dataframe_records</c>, <c>instances</c> and <c>inputs</c>. As with
/// MLflow, whatever else is in it (<c>params</c>, which these models don't have) and columns that the model doesn't have are passed over. One use.
/// </summary>
internal readonly ref struct JsonBodyReader
{
    private const string DataFrameSplit = "dataframe_split";
    private const string DataFrameRecords = "dataframe_records";
    private const string Instances = "instances";
    private const string Inputs = "inputs";
    private const string ExpectedBody = "a JSON object with exactly one of dataframe_split, dataframe_records, instances, inputs";

    private readonly Exchange _exchange;
    private readonly FaultList _faults;
    private readonly RowLimit _limit;
    private readonly int _maxDepth;
    private readonly RowReader _rowReader;
    private readonly ValueReader _values;

    /// <param name="exchange">Takes the rows and the faults.</param>
    /// <param name="maxRows">More rows than this are refused.</param>
    /// <param name="maxDepth">Values are four levels down; what is nested deeper than this is broken JSON.</param>
    public JsonBodyReader(Exchange exchange, int maxRows, int maxDepth)
    {
        _exchange = exchange;
        _faults = exchange.Faults;
        _limit = new RowLimit(exchange, maxRows);
        _maxDepth = maxDepth;
        _rowReader = new RowReader(exchange, ignoresUnknown: true);
        _values = new ValueReader(exchange);
    }

    public void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            _faults.Add(null, null, ExpectedBody, "an empty body");
        }
        else if (!Utf8.IsValid(body))
        {
            _faults.Add(null, null, "JSON in UTF-8", "bytes that are no UTF-8");
        }
        else
        {
            ReadJson(PythonJson.WithNullForNaN(body));
        }
    }

    private void ReadJson(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = _maxDepth });
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadEnvelope(ref reader);
            }
            else
            {
                _faults.Add(null, null, ExpectedBody, JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }

            // Throws if anything follows.
            if (!_limit.IsExceeded)
            {
                reader.Read();
            }
        }
        catch (JsonException e)
        {
            JsonKinds.NoteBroken(_faults, e);
        }
    }

    private void ReadEnvelope(ref Utf8JsonReader reader)
    {
        var formats = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Of(in reader);
            reader.Read();
            if (name is not (DataFrameSplit or DataFrameRecords or Instances or Inputs) || formats++ > 0)
            {
                reader.Skip();
                continue;
            }

            ReadFormat(ref reader, name);
            if (_limit.IsExceeded)
            {
                return;
            }
        }

        if (formats != 1)
        {
            _faults.Add(null, null, ExpectedBody, formats == 0 ? "an object with none of them" : "an object with several");
        }
    }

    private void ReadFormat(ref Utf8JsonReader reader, string format)
    {
        switch (format)
        {
            case DataFrameSplit:
                new SplitReader(_exchange, _limit).Read(ref reader);
                break;
            case Inputs when reader.TokenType == JsonTokenType.StartObject:
                new ColumnsReader(_exchange, _limit).Read(ref reader);
                break;
            default:
                ReadRows(ref reader, format);
                break;
        }

        if (_exchange.Rows.Count == 0 && !_exchange.IsRefused)
        {
            _faults.Add(null, format, "at least one row", "none");
        }
    }

    private void ReadRows(ref Utf8JsonReader reader, string format)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, format, format == Inputs ? "an object of columns or an array of rows" : "an array of rows", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && _limit.Allows(_exchange.Rows.Count, format))
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                _rowReader.Read(ref reader);
            }
            else
            {
                ReadUnnamed(ref reader, format);
            }
        }
    }

    // A value without its column's name tells something only if there is one column: MLflow, too, refuses rows as lists for a model whose columns have names, as the columns'
    // order would be a guess.
    private void ReadUnnamed(ref Utf8JsonReader reader, string format)
    {
        var row = _exchange.Rows.Count;
        _exchange.Rows.AddRow();
        if (format != DataFrameRecords && reader.TokenType != JsonTokenType.StartArray && _exchange.Model.Columns.Columns is [var only])
        {
            _values.Read(ref reader, row, only);
            return;
        }

        _faults.Add(row, null, "a row as an object of column names and values", JsonKinds.NameOf(reader.TokenType));
        reader.Skip();
    }
}
